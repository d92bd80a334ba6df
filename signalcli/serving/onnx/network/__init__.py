"""Conversion of neural networks to ONNX graphs."""
