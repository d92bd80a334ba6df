"""Stages of a chain: those of a run, a program between two of them, and a saved model."""
