"""What is wrong with bars: raw rows in, findings out; nothing is changed and nothing is dropped."""
