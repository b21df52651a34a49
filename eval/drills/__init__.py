"""Harm done on purpose, and what is left after it. A kind of harm a module."""
