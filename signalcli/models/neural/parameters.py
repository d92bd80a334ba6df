"""The arguments that networks share, whatever they are asked for."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator


class NetworkParameters(BaseEstimator):
    """Interface: the signature of every network of ours; `signalcli.models.neural.estimator` gives it a body.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru", "conv", "mlp"}
        Kind of every layer before the head.
    units : int or tuple of int
        Width of each layer, or one width a layer; filters of a convolution.
    layers : int
        Number of layers when ``units`` is one number.
    bidirectional : bool
        Read the window in both directions, with a layer of its own for each.
    activation : str or None
        Function of a layer's outputs; None = tanh in recurrent layers, relu in others.
    recurrent_activation : str
        Function of the gates.
    use_bias : bool
        Whether layers add constants, the head included.
    unit_forget_bias : bool
        Start the forget gate of an LSTM open.
    reset_after : bool
        Whether a GRU resets after the product with the state; False runs on Keras' slower layers.
    go_backwards : bool
        Read the window from its newest bar to its oldest.
    unroll : bool
        Unroll Keras' loop over time; the numbers stay the same.
    stateful : bool
        Train in lanes: a window goes on from the state of the window it abuts on, until the chain of bars
        breaks; every epoch, and every prediction, starts from zero state.
    return_state : bool
        A layer's last state is the first state of the next layer, of equal width; runs on Keras' slower
        layers.
    sequence : bool
        Say something after every bar of the window, and learn from all of it (many-to-many).
    kernel_initializer : str
        How input weights start, as ``random_normal(stddev=0.1)``.
    recurrent_initializer : str
        How state weights start.
    bias_initializer : str
        How constants start.
    kernel_regularizer : str or None
        Penalty on input weights, as ``l2(1e-4)``.
    recurrent_regularizer : str or None
        Penalty on state weights.
    bias_regularizer : str or None
        Penalty on constants.
    activity_regularizer : str or None
        Penalty on the layers' outputs; runs on Keras' slower layers.
    kernel_constraint : str or None
        Bound of input weights after each step, as ``max_norm(3)``.
    recurrent_constraint : str or None
        Bound of state weights.
    bias_constraint : str or None
        Bound of constants.
    dropout : float
        Share of a layer's inputs dropped in training, in recurrent layers the same ones at every step.
    recurrent_dropout : float
        Share of the state dropped in training between steps; runs on Keras' slower layers.
    layer_dropout : float
        Share of a layer's outputs dropped in training.
    kernel_size : int
        Bars that a filter of a convolution sees.
    pool_size : int
        Bars that the maximum is taken over after a convolution.
    dense : int or tuple of int
        Width of each dense layer before the output; empty = none.
    dense_activation : str
        Function of the dense layers.
    dense_dropout : float
        Share of a dense layer's outputs dropped in training.
    epochs : int
        Passes through the training rows at the most.
    batch_size : int
        Rows of one optimizer step.
    learning_rate : float
        Size of the optimizer's steps.
    schedule : {"constant", "linear", "cosine"}
        How the learning rate falls from its value to zero over the epochs.
    patience : int
        Epochs without a better validation loss before training stops and the best weights come back; 0 = no
        early stopping, and all rows are trained on.
    validation_fraction : float
        Share of the rows, the last ones, that early stopping looks at instead of training on them.
    optimizer : {"adam", "rmsprop", "sgd"}
        Rule that moves the weights.
    momentum : float
        Share of the last step that is taken again (rmsprop, sgd).
    nesterov : bool
        Look where momentum leads before stepping (sgd).
    decay : float
        The learning rate is divided by 1 + decay · steps taken.
    clipnorm : float
        Longest gradient of one array of weights; 0 = unlimited.
    clipvalue : float
        Largest entry of a gradient, without its sign; 0 = unlimited.
    global_clipnorm : float
        Longest gradient of all weights together; 0 = unlimited.
    loss : str or None
        What training makes small: cross_entropy, focal(2) or brier of directions, squared, absolute or
        huber(1) of values; None = the first of its kind.
    class_weight : "balanced", dict or None
        Weight of each class's rows; "balanced" = inverse to its share.
    scale : {"standard", "minmax", "none"}
        How each channel is scaled, by what the rows show that are trained on: mean and deviation, lowest and
        highest value, or not at all.
    seeds : int
        Number of networks, from different seeds, whose probabilities are averaged.
    channels : int
        Number of values of one bar in a row.
    overlap : int
        Rows whose labels reach into the rows after them: left out before those that early stopping looks at.
    random_state : int
        Decides initial weights, shuffles and dropout; same seed, same bytes.
    """

    def __init__(
        self,
        *,
        cell: str = "lstm",
        units: int | tuple[int, ...] = 32,
        layers: int = 1,
        bidirectional: bool = False,
        activation: str | None = None,
        recurrent_activation: str = "sigmoid",
        use_bias: bool = True,
        unit_forget_bias: bool = True,
        reset_after: bool = True,
        go_backwards: bool = False,
        unroll: bool = False,
        stateful: bool = False,
        return_state: bool = False,
        sequence: bool = False,
        kernel_initializer: str = "glorot_uniform",
        recurrent_initializer: str = "orthogonal",
        bias_initializer: str = "zeros",
        kernel_regularizer: str | None = None,
        recurrent_regularizer: str | None = None,
        bias_regularizer: str | None = None,
        activity_regularizer: str | None = None,
        kernel_constraint: str | None = None,
        recurrent_constraint: str | None = None,
        bias_constraint: str | None = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        layer_dropout: float = 0.0,
        kernel_size: int = 3,
        pool_size: int = 2,
        dense: int | tuple[int, ...] = (),
        dense_activation: str = "relu",
        dense_dropout: float = 0.0,
        epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        patience: int = 5,
        validation_fraction: float = 0.1,
        optimizer: str = "adam",
        momentum: float = 0.0,
        nesterov: bool = False,
        decay: float = 0.0,
        clipnorm: float = 0.0,
        clipvalue: float = 0.0,
        global_clipnorm: float = 0.0,
        loss: str | None = None,
        class_weight: str | dict[Any, float] | None = None,
        scale: str = "standard",
        seeds: int = 1,
        channels: int = 1,
        overlap: int = 0,
        random_state: int = 0,
    ) -> None:
        self.cell = cell
        self.units = units
        self.layers = layers
        self.bidirectional = bidirectional
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.use_bias = use_bias
        self.unit_forget_bias = unit_forget_bias
        self.reset_after = reset_after
        self.go_backwards = go_backwards
        self.unroll = unroll
        self.stateful = stateful
        self.return_state = return_state
        self.sequence = sequence
        self.kernel_initializer = kernel_initializer
        self.recurrent_initializer = recurrent_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.recurrent_regularizer = recurrent_regularizer
        self.bias_regularizer = bias_regularizer
        self.activity_regularizer = activity_regularizer
        self.kernel_constraint = kernel_constraint
        self.recurrent_constraint = recurrent_constraint
        self.bias_constraint = bias_constraint
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.layer_dropout = layer_dropout
        self.kernel_size = kernel_size
        self.pool_size = pool_size
        self.dense = dense
        self.dense_activation = dense_activation
        self.dense_dropout = dense_dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.optimizer = optimizer
        self.momentum = momentum
        self.nesterov = nesterov
        self.decay = decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.loss = loss
        self.class_weight = class_weight
        self.scale = scale
        self.seeds = seeds
        self.channels = channels
        self.overlap = overlap
        self.random_state = random_state
