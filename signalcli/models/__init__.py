"""Classifiers and regressors with scikit-learn's interface, one family a file.

`registry` and `forecasters` list them by name, `parameters` and `neural.parameters` their parameters.
"""
