"""Panels of symbols, lags, rolling windows and exponential averages."""
