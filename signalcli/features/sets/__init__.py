"""The feature sets, one a file."""
