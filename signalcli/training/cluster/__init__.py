"""Fits on the workers of a Dask scheduler, with the results of one process in the same order."""
