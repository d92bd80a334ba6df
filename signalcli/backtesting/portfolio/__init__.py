"""PREDICTIONS of many symbols → weights of one portfolio, and what it earns."""
