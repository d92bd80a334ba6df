"""RETURNS → METRICS: scorecard, reliability, confusion, comparison with baselines."""
