"""Readers of the benchmark data, each with its licence and its hash."""
