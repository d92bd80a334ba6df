"""Panels of symbols, lags, rolling and exponential windows."""
