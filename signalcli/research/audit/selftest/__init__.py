"""Self-test of the audit: planted leaks, which it must find, and honest code that only looks like one."""
