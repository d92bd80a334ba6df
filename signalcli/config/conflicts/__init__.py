"""Options that cannot mean anything together."""
