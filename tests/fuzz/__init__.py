"""Random command lines, settings and tables against the shell contract: ``python -m tests.fuzz [CASES]``."""
