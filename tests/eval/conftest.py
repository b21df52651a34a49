"""Slow shared machines make single examples slow, not wrong: no deadline an example."""

from hypothesis import settings

settings.register_profile("eval", deadline=None)
settings.load_profile("eval")
