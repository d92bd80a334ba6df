"""A watch over a saved model that may be looked at every night, and that tells each change once."""
