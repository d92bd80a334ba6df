"""Bars from one or many files: which files are meant, what is in them, and one table of all."""
