"""Runs as a page for people: one HTML file, nothing fetched, everything escaped."""
