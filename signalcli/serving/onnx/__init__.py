"""Estimators as ONNX graphs, and a session that runs them."""
