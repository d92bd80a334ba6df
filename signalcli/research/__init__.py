"""Questions beside the pipeline: statistics of bars, published systems reproduced."""
