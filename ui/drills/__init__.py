"""Harm done to what stands between the shop and the world: the page, the API, the feedback log."""
