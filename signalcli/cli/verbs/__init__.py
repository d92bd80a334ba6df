"""The verbs, one a file; none imports another."""
