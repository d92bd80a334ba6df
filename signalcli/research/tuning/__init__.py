"""Search of model parameters, nested: every outer fold is tuned on inner folds of its own training part."""
