"""Statistics of bars: distribution, autocorrelation, stationarity, long memory."""
