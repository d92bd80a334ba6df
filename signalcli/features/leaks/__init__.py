"""Columns of FEATURES whose values know the next return."""
