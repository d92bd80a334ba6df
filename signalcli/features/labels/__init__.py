"""What a model learns: the label of each bar, and how far it reaches."""
