"""Neural networks as scikit-learn estimators.

`classifier` and `regressor` are the estimators, `architecture` describes the network, `keras_model` builds
it, `trainer` trains it; only `backend` imports Keras and TensorFlow.
"""
