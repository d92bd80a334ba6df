"""FEATURES → PREDICTIONS: folds, walk-forward fits, and the refit of a model that is saved."""
