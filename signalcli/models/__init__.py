"""Direction classifiers under scikit-learn's contract, one family a file."""
