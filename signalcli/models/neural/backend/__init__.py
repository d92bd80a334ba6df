"""The border to Keras and TensorFlow."""
