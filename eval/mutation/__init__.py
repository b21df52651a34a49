"""The scorer on trial: true sentences with planted falsehoods, and with changes that keep them.

Written without the code that reads or gates sentences: wordings by hand, truths from the
profile's facts and the cards.
"""
