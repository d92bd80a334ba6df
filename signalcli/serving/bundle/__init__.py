"""The folder of a saved model: manifest, ONNX graph, self-check, distribution of the training data."""
