"""Bars from CSV files: header, dates, numbers."""
