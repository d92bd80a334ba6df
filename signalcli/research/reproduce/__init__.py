"""Published systems reproduced: published result, measured result, result of a naive forecast."""
