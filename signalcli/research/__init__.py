"""Research beside the pipeline: statistics of bars, gradients of networks, published systems reproduced."""
