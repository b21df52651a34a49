"""Catalogues and histories of other origin, read into the shop's own types."""
