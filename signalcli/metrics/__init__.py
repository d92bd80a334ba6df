"""What came of it: each metric defined once, and the table that shows them beside the baselines."""
