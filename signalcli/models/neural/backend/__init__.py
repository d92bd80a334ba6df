"""The only place that imports Keras and TensorFlow."""
