"""Faults of the disk, injected into system calls by strace."""
