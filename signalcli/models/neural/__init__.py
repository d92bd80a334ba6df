"""Neural networks: estimators and architecture."""
