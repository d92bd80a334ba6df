"""Mutation testing: small changes of the code, each of which has to turn a test red."""
