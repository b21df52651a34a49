"""A shop's own CSV, JSONL or Parquet files as a source, by a map of their columns."""
