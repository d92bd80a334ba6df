"""Classifiers and regressors with scikit-learn's interface, one family a file.

`families` holds them by name with their parameters, `registry` makes their estimators.
"""
