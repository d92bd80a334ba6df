"""Every model against the best baseline → VERDICT."""
