"""Bars from Yahoo Finance."""
