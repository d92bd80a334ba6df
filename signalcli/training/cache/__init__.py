"""Results of fits on disk, found again by a hash of all that decides them."""
