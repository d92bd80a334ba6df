"""What a model learns: the label of each bar, and the date at which it is known."""
