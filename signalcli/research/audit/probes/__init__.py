"""Probes: changed tables through one stage, and which rows moved that should not."""
