"""Statistical tests and confidence intervals."""
