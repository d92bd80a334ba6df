"""BARS → FORECASTS: forecasts of values instead of directions."""
