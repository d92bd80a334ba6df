"""Bytes and table files: read, write, lock, replace atomically."""
