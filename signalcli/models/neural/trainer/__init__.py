"""Training loops of the networks, compiled as one program."""
