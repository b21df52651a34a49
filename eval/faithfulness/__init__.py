"""A scorer that reads what a shopper reads: rendered words against shelf, receipts and request.

It knows nothing of references, of the claim reader that gates the sentences, or of how they
are made, so that it can catch all of them out. ``tests/eval`` holds that against its imports.
"""
