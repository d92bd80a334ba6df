"""A fitted model as a plain folder: manifest.json, model.onnx, selfcheck.csv. No pickle, no code."""
