"""Figures of results: equity, drawdown, rolling statistics, months, calibration, and the like."""
