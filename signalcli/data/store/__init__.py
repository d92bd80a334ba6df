"""Bars on disk: one Parquet file for each symbol."""
