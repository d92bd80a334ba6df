"""Bars from Yahoo, from files, and from synthetic processes."""
