"""Every model compared with the best baseline → VERDICT."""
