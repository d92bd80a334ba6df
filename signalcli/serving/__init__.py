"""Saved models in use: predict, signals, drift, status, verify."""
