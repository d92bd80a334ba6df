"""The metrics, one function each, and their catalogue."""
