"""Bytes of text or JSON as a grid of text cells with line numbers."""
