"""Numbers of any notation as floats."""
