"""Where bars come from, how they are stored, and what is wrong with them."""
