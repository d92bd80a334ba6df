"""Known bugs, planted one by one; each must turn a test red."""
