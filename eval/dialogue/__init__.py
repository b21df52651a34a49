"""Whole conversations held to what was said in them: scripted on both catalogues, and at random."""
