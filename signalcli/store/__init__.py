"""Bars on disk between two runs: Parquet files that are old or new, never half."""
