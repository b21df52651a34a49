"""Recommenders that learn from purchases alone."""
