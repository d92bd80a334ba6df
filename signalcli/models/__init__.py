"""Classifiers and regressors with the interface of scikit-learn, one family a file."""
