"""Published systems, run again: their figure, ours, and that of a naive forecast."""
