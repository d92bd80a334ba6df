"""Checks of bars: findings with a severity."""
