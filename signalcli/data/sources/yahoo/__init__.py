"""Bars from Yahoo Finance over yfinance's client."""
