"""BARS → FORECASTS: regression on a column, one step ahead, in blocks, or from forecast to forecast."""
