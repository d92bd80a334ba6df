"""Recurrent networks as a scikit-learn classifier of flat rows."""

from __future__ import annotations

import math
from dataclasses import fields
from difflib import get_close_matches
from numbers import Integral
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from signalcli.models import fused, knobs, optimizers
from signalcli.models.cells import ACTIVATIONS
from signalcli.models.initial import Initial
from signalcli.models.interface import DirectionClassifier, Range, check_ranges
from signalcli.models.learning import SCHEDULES, Epoch, Learned, Plan, learn, two_sided
from signalcli.models.limits import Limits
from signalcli.models.network import CELLS, GATES, Network
from signalcli.models.training import Program, Rows, program
from signalcli.models.windows import Scale, windows

_WHOLE = Range(1, whole=True)
_SHARE = Range(0, 0.99)
_SIZE = Range(0)

RANGES = {
    **dict.fromkeys(
        ("layers", "kernel_size", "pool_size", "epochs", "batch_size", "seeds", "channels"), _WHOLE
    ),
    **dict.fromkeys(
        ("dropout", "recurrent_dropout", "layer_dropout", "dense_dropout", "validation_fraction"), _SHARE
    ),
    **dict.fromkeys(("learning_rate", "decay", "clipnorm", "clipvalue", "global_clipnorm"), _SIZE),
    "momentum": Range(0, 1),
    "patience": Range(0, whole=True),
    "overlap": Range(0, whole=True),
}
CHOICES = {"cell": CELLS, "optimizer": optimizers.NAMES, "schedule": tuple(SCHEDULES)}


class Recurrent(DirectionClassifier):
    """Many-to-one network over the window that lies flat in each row, oldest bar first.

    A row of ``timesteps * channels`` features is read time-major (all channels of the oldest bar first). Each
    channel is scaled with its mean and deviation over the rows that are trained on. Rows must be in time
    order: early stopping looks at the last ones.

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
    class_weight : "balanced", dict or None
        Weight of each class's rows; "balanced" = inverse to its share.
    seeds : int
        Number of networks, from different seeds, whose probabilities are averaged.
    channels : int
        Number of values of one bar in a row.
    overlap : int
        Rows whose labels reach into the rows after them: left out before those that early stopping looks at.
    random_state : int
        Decides initial weights, shuffles and dropout; same seed, same bytes.

    Attributes
    ----------
    members_ : list of Learned
        Weights, in Keras' order, and history of each network.
    scale_ : Scale
        Mean and deviation of each channel.
    n_iter_ : int
        Epochs that were run, of the longest training.
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
        class_weight: str | dict[Any, float] | None = None,
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
        self.class_weight = class_weight
        self.seeds = seeds
        self.channels = channels
        self.overlap = overlap
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Recurrent:
        """Learn from rows in time order.

        X : (n_rows, timesteps·channels) float; y : (n_rows,) labels; sample_weight : (n_rows,) >= 0, where a
        row of weight 0 counts as absent.
        """
        X, y = validate_data(self, X, y, dtype=("float64", "float32"), order="C")
        check_classification_targets(y)
        self.check_arguments()
        weight = _check_sample_weight(sample_weight, X, dtype=np.float32, ensure_non_negative=True)
        weight = (weight * compute_sample_weight(self.class_weight, y)).astype(np.float32)
        self.classes_, labels = np.unique(y, return_inverse=True)
        rows = _present(Rows(windows(X, self.channels), labels.astype(np.int32), weight))
        if len(self.classes_) > 1:
            self._learn_rows(rows)
        return self

    def check_arguments(self) -> None:
        """Raise ValueError for an argument that cannot be meant; a wrong name brings the nearest known."""
        check_ranges(self, RANGES)
        _check_choices(self)

    def network(self, timesteps: int, outputs: int) -> Network:
        """Describe the graph for windows of some length; one output stands for two classes."""
        units = _widths(self.units)
        return Network(
            timesteps=timesteps,
            outputs=outputs,
            units=units * self.layers if len(units) == 1 else units,
            activation=self.activation or ("tanh" if self.cell in GATES else "relu"),
            dense=_widths(self.dense),
            **self._named(Network, but=("timesteps", "outputs", "units", "activation", "dense")),
        )

    @property
    def weights_(self) -> list[np.ndarray]:
        """Weights of the first network, in Keras' order."""
        return self.members_[0].weights

    @property
    def history_(self) -> list[Epoch]:
        """Training and validation loss of each epoch of the first network."""
        return self.members_[0].history

    def member_probabilities(self, X: Any) -> np.ndarray:
        """Probabilities of each network by itself, (seeds, n_rows, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=("float64", "float32"), order="C", reset=False)
        seen = self.scale_.apply(windows(X, self.channels))
        made = self._program(seen.shape[1])
        logits = [two_sided(made.logits(m.weights, seen).astype(np.float64)) for m in self.members_]
        return np.asarray(softmax(logits, axis=2))

    def _learn_rows(self, rows: Rows) -> None:
        train, validation = _split(rows, self.validation_fraction if self.patience else 0.0, self.overlap)
        self.scale_ = Scale.of(train.windows)
        train = train._replace(windows=self.scale_.apply(train.windows))
        validation = validation._replace(windows=self.scale_.apply(validation.windows))
        made, plan = self._program(train.windows.shape[1]), self._plan()
        entropy = int(check_random_state(self.random_state).randint(2**31))
        self.members_: list[Learned] = [
            learn(made, train, validation, plan, np.random.SeedSequence([entropy, member]), self.watch)
            for member in range(self.seeds)
        ]
        self.n_iter_ = max(len(member.history) for member in self.members_)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(self.member_probabilities(X).mean(axis=0))

    def _program(self, timesteps: int) -> Program:
        network = self.network(timesteps, 1 if len(self.classes_) == 2 else len(self.classes_))
        if network.stateful and not fused.covers(network):
            raise ValueError("stateful=True: not together with what runs on Keras' layers")
        optimizer = optimizers.Optimizer(
            name=self.optimizer, **self._named(optimizers.Optimizer, but=("name",))
        )
        return program(network, optimizer, self.batch_size, Limits(**self._named(Limits)))

    def _plan(self) -> Plan:
        initial = Initial(
            self.kernel_initializer, self.recurrent_initializer, self.bias_initializer, self.unit_forget_bias
        )
        return Plan(self.epochs, self.patience, self.learning_rate, self.schedule, initial)

    def _named(self, part: type, but: tuple[str, ...] = ()) -> dict[str, Any]:
        """Arguments of the model that a part of it takes under the same name."""
        return {field.name: getattr(self, field.name) for field in fields(part) if field.name not in but}


def _check_choices(model: Recurrent) -> None:
    for name, known in CHOICES.items():
        value = getattr(model, name)
        if value not in known:
            near = get_close_matches(str(value), known, n=1) or known
            raise ValueError(f"{name}={value!r}: did you mean {' or '.join(near)}?")
    for name in ("activation", "recurrent_activation", "dense_activation"):
        value = getattr(model, name)
        if value is not None and value not in ACTIVATIONS:
            knobs.made("activations", value)
    for name in ("units", "dense"):
        if not all(isinstance(n, Integral) and n > 0 for n in _widths(getattr(model, name))):
            raise ValueError(f"{name}={getattr(model, name)!r}: must be a whole number from 1, or several")
    _check_pairs(model)


def _check_pairs(model: Recurrent) -> None:
    """Refuse arguments that contradict each other."""
    if model.bidirectional and model.go_backwards:
        raise ValueError("go_backwards=True: a bidirectional layer reads both ways already")
    if model.stateful and (model.bidirectional or model.go_backwards):
        raise ValueError("stateful=True: a window that is read backwards does not go on from the one before")
    if model.return_state and (model.bidirectional or len(set(_widths(model.units))) > 1):
        raise ValueError("return_state=True: layers must be of equal width, and read in one direction")


def _widths(value: Any) -> tuple[int, ...]:
    """One width or several as a tuple."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _present(rows: Rows) -> Rows:
    """Rows that have weight."""
    present = rows.weights > 0
    return rows if present.all() else Rows(*(part[present] for part in rows))


def _split(rows: Rows, fraction: float, overlap: int) -> tuple[Rows, Rows]:
    """Training rows and the last ``fraction``; at least one row of each, if there are two.

    Between both, ``overlap`` rows are left out.
    """
    count = len(rows.labels)
    held = min(math.ceil(count * fraction), count - 1)
    learnt = max(count - held - overlap, 1) if held else count
    return Rows(*(part[:learnt] for part in rows)), Rows(*(part[count - held :] for part in rows))
