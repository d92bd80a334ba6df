"""The folder of a saved model: manifest, graph, self-check."""
