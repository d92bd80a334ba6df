"""OHLC bars to honest direction signals."""

__version__ = "0.1.0"
