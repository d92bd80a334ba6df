"""Metrics as text: values, lines and the table of a terminal."""
