"""One fit of a walk-forward: the arrays it needs, the fit itself, and PREDICTIONS of all of them."""
