"""Conversion of fitted estimators to ONNX graphs, and a session that runs them."""
