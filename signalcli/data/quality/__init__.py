"""Checks of bars; each returns findings with a severity."""
