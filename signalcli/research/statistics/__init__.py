"""Statistics of bars: distribution, autocorrelation, stationarity, AR models, long memory."""
