"""A saved model in use: predict, signals, drift, status, verify."""
