"""The gate for models in use: a new fit replaces a saved model only after a comparison, and can be undone."""
