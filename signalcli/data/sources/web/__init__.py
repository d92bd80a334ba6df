"""HTTP with one deadline, and retries of what a later try may cure."""
