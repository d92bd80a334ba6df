"""Parameters of every network, as a mix-in that gives an estimator its ``__init__``. Imports no library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signalcli.models.fields import parameter

CELLS = ("rnn", "gru", "lstm", "conv", "mlp")


@dataclass(kw_only=True, eq=False, repr=False)
class NetworkParameters:
    """Parameters of `NetworkClassifier` and `NetworkRegressor`, named as in Keras where Keras has them."""

    # Architecture
    cell: str = parameter("lstm", "Type of every layer before the head.", choices=CELLS)
    units: int | tuple[int, ...] = parameter(
        32, "Units of each layer, or one number for each layer; filters of a convolution."
    )
    layers: int = parameter(1, "Number of layers where units is one number.", low=1, high=100)
    bidirectional: bool = parameter(False, "Read the window in both directions, with one layer for each.")
    activation: str | None = parameter(
        None, "Activation of the layers; None = tanh in recurrent layers, relu in others."
    )
    recurrent_activation: str = parameter("sigmoid", "Activation of the gates.")
    use_bias: bool = parameter(True, "Use bias vectors, also in the head.")
    unit_forget_bias: bool = parameter(True, "Start the forget gate's bias of an LSTM at 1.")
    reset_after: bool = parameter(
        True, "Apply a GRU's reset gate after the matrix product; False runs on Keras' slower layers."
    )
    go_backwards: bool = parameter(False, "Read the window from the newest bar to the oldest.")
    unroll: bool = parameter(False, "Unroll the loop over time in Keras; results stay the same.")
    stateful: bool = parameter(
        False,
        "Keep the state from a window to the one that follows it without a gap; each epoch and each "
        "prediction starts from zero state.",
    )
    return_state: bool = parameter(
        False,
        "Start each layer with the last state of the layer before, of equal width; runs on Keras' slower "
        "layers.",
    )
    sequence: bool = parameter(False, "Predict after every bar of the window (many-to-many).")

    # Initial weights, penalties and constraints
    kernel_initializer: str = parameter(
        "glorot_uniform", "Initializer of input weights, such as random_normal(stddev=0.1)."
    )
    recurrent_initializer: str = parameter("orthogonal", "Initializer of recurrent weights.")
    bias_initializer: str = parameter("zeros", "Initializer of biases.")
    kernel_regularizer: str | None = parameter(None, "Penalty on input weights, such as l2(1e-4).")
    recurrent_regularizer: str | None = parameter(None, "Penalty on recurrent weights.")
    bias_regularizer: str | None = parameter(None, "Penalty on biases.")
    activity_regularizer: str | None = parameter(
        None, "Penalty on the outputs of layers; runs on Keras' slower layers."
    )
    kernel_constraint: str | None = parameter(
        None, "Constraint of input weights after each step, such as max_norm(3)."
    )
    recurrent_constraint: str | None = parameter(None, "Constraint of recurrent weights.")
    bias_constraint: str | None = parameter(None, "Constraint of biases.")

    # Dropout
    dropout: float = parameter(
        0.0, "Dropout of a layer's inputs; in recurrent layers the same mask at every step.", low=0, high=0.99
    )
    recurrent_dropout: float = parameter(
        0.0, "Dropout of the recurrent state; runs on Keras' slower layers.", low=0, high=0.99
    )
    layer_dropout: float = parameter(0.0, "Dropout of a layer's outputs.", low=0, high=0.99)

    # Convolution and dense layers
    kernel_size: int = parameter(3, "Bars that a convolution's filter covers.", low=1, high=10_000)
    pool_size: int = parameter(2, "Bars that max-pooling after a convolution covers.", low=1, high=10_000)
    dense: int | tuple[int, ...] = parameter((), "Units of each dense layer before the output; empty = none.")
    dense_activation: str = parameter("relu", "Activation of the dense layers.")
    dense_dropout: float = parameter(0.0, "Dropout of a dense layer's outputs.", low=0, high=0.99)

    # Training
    epochs: int = parameter(20, "Maximum number of passes through the training rows.", low=1, high=1_000_000)
    batch_size: int = parameter(32, "Rows of one optimizer step.", low=1, high=10_000_000)
    learning_rate: float = parameter(0.001, "Initial learning rate.", low=0, high=1e6)
    schedule: str = parameter(
        "constant",
        "Learning rate over the epochs: constant, or a linear or cosine decay to zero.",
        choices=("constant", "linear", "cosine"),
    )
    patience: int = parameter(
        5,
        "Epochs without a lower validation loss before training stops and the best weights are restored; "
        "0 = no early stopping and no validation rows.",
        low=0,
        high=1_000_000,
    )
    validation_fraction: float = parameter(
        0.1, "Share of the rows, the last ones, held out for early stopping.", low=0, high=0.99
    )
    optimizer: str = parameter("adam", "Optimizer.", choices=("adam", "rmsprop", "sgd"))
    momentum: float = parameter(0.0, "Momentum (rmsprop, sgd).", low=0, high=1)
    nesterov: bool = parameter(False, "Nesterov momentum (sgd).")
    decay: float = parameter(0.0, "Divide the learning rate by 1 + decay · steps.", low=0, high=1e6)
    clipnorm: float = parameter(
        0.0, "Maximum norm of the gradient of each weight array; 0 = no limit.", low=0, high=1e12
    )
    clipvalue: float = parameter(
        0.0, "Maximum absolute value of a gradient's entries; 0 = no limit.", low=0, high=1e12
    )
    global_clipnorm: float = parameter(
        0.0, "Maximum norm of the gradient of all weights; 0 = no limit.", low=0, high=1e12
    )
    loss: str | None = parameter(
        None,
        "Loss: cross_entropy, focal(2) or brier for directions; squared, absolute or huber(1) for values; "
        "None = the first of these.",
    )
    class_weight: str | dict[Any, float] | None = parameter(
        None, "Weight of each class; balanced = inverse to its frequency."
    )
    scale: str = parameter(
        "standard",
        "Scaling of each channel, fitted on training rows: standard (mean and deviation), minmax or none.",
        choices=("standard", "minmax", "none"),
    )
    seeds: int = parameter(
        1, "Number of networks with different seeds whose outputs are averaged.", low=1, high=10_000
    )

    # Decided by the table
    channels: int = parameter(1, "Number of values of one bar in a row.", low=1)
    overlap: int = parameter(
        0, "Rows whose labels reach into later rows: left out before the validation rows.", low=0
    )
    random_state: int = parameter(0, "Random seed of initial weights, shuffles and dropout.")
