"""Saved models of one's own: an ONNX graph of skl2onnx, or a file of skops, and who may run its code."""
