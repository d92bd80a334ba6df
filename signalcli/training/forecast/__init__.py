"""Forecasts of values instead of directions → FORECASTS."""
