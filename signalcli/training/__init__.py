"""Folds and walk-forward fits → PREDICTIONS; the refit that is saved."""
