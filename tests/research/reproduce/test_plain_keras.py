"""The networks of published systems beside plain Keras: equal numbers without chance, else equal spreads."""

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.runtime import keras, tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.regressor import NetworkRegressor
from signalcli.models.neural.trainer import fused
from signalcli.models.neural.trainer.batches import make_batches
from signalcli.models.neural.trainer.initializers import Initializers
from signalcli.models.neural.trainer.program import Rows
from signalcli.research.reproduce.ibm import CELL_SETTINGS
from signalcli.research.reproduce.plain_keras import PlainKeras, as_is, in_plain_keras
from signalcli.research.reproduce.repeat import mean_and_deviation, repeat
from signalcli.research.reproduce.reproduction import Measurement, Reproduction
from signalcli.research.reproduce.settings import Repeats
from signalcli.research.reproduce.systems import reproduce

WINDOW = 12


def rising_windows(count=70):
    """Windows of a rising wave between 0 and 1, and the value after each."""
    t = np.arange(count + WINDOW)
    wave = 0.5 + 0.4 * np.sin(t / 5) + t / 1000
    rows = np.lib.stride_tricks.sliding_window_view(wave, WINDOW + 1).astype("float32")
    return rows[:, :-1], rows[:, -1:]


def stack(cell, dropout=0.0, layers=4, **changed):
    """The stacked network of the stock, with fewer units."""
    settings = CELL_SETTINGS.get(cell, {}) | {"batch_size": 16, "epochs": 3, "patience": 0, "scale": "none"}
    settings |= {"cell": cell, "units": 6, "layers": layers, "layer_dropout": dropout}
    return NetworkRegressor(**settings | changed)


def keras_model(estimator, weights=None):
    """The compiled model of `PlainKeras` on the windows, with given weights."""
    twin = PlainKeras(estimator)
    twin.target_scale_ = (0.0, 1.0)
    model = keras().Sequential([keras().Input((WINDOW, 1)), *twin._layers()])
    model.compile(twin._optimizer(), "mse")
    if weights is not None:
        model.set_weights(weights)
    return model


def our_losses(estimator, rate, epochs):
    """Initial weights, and the training loss of each epoch in the order of the rows."""
    X, y = rising_windows()
    program = estimator._program(WINDOW, 1)
    state = program.start(np.random.SeedSequence(5))
    weights, loaded = (
        [np.asarray(w) for w in state.weights],
        program.load(Rows(X[..., None], y, np.ones(len(X), "float32"))),
    )
    losses = []
    for _ in range(epochs):
        state, loss = program.epoch(state, loaded, make_batches(np.arange(len(X)), 16), rate)
        losses.append(loss)
    return weights, losses


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_without_chance_the_published_stack_is_that_of_keras_epoch_by_epoch(cell):
    estimator = stack(cell)
    weights, ours = our_losses(estimator, estimator.learning_rate, 3)
    X, y = rising_windows()
    history = keras_model(estimator, weights).fit(
        X[..., None], y, batch_size=16, epochs=3, shuffle=False, verbose=0
    )
    np.testing.assert_allclose(ours, history.history["loss"], rtol=2e-3)
    assert ours[2] < 0.9 * ours[0]


def test_dropout_masks_are_those_of_keras_layers():
    """A fifth is zero, the rest is divided by .8, and no layer or batch repeats a mask."""
    network = Network("lstm", WINDOW, 1, 1, (6,), layer_dropout=0.2)
    x = np.ones((100, 100), "float32")
    masks = []
    for batch in (0, 1):
        parts = fused._Parts(network, iter(()), tensorflow().constant([7, batch]), iter(()))
        masks += [parts.dropout(tensorflow().constant(x), 0.2).numpy() for _ in range(2)]
    masks.append(np.asarray(keras().layers.Dropout(0.2, seed=1)(x, training=True)))
    for mask in masks:
        assert np.mean(mask == 0) == pytest.approx(0.2, abs=0.016)  # four standard errors
        assert set(np.unique(mask)) == {np.float32(0), np.float32(1.25)}
    correlation = np.corrcoef([mask.ravel() for mask in masks]) - np.eye(5)
    assert np.abs(correlation).max() < 0.05


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_first_weights_are_drawn_by_the_formulas_of_keras(cell):
    """Glorot: uniform up to √(6 / (rows + columns)); orthogonal: U Uᵀ = 1; forget gates open."""
    network = Network(cell, WINDOW, 1, 1, (6, 6))
    ours = Initializers().draw(network, np.random.SeedSequence(0))
    theirs = keras_model(stack(cell, layers=2)).get_weights()
    layers = [weights[first : first + 3] for weights in (ours, theirs) for first in (0, 3)]
    for kernel, recurrent, bias in layers:
        limit = np.sqrt(6 / sum(kernel.shape))
        assert 0.8 * limit < np.abs(kernel).max() <= limit
        assert np.std(kernel) == pytest.approx(limit / np.sqrt(3), rel=0.3)
        np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(6), atol=1e-5)
        assert bias.sum() == (6 if cell == "lstm" else 0)
    for head, bias in (ours[-2:], theirs[-2:]):
        assert np.abs(head).max() <= np.sqrt(6 / 7)
        assert not bias.any()


def test_plain_keras_reads_the_parameters_and_predicts_like_the_rows():
    X, y = rising_windows()
    network = stack("gru", layers=1, epochs=1, scale="standard")
    twin = in_plain_keras(network)
    assert twin.fit(X, y[:, 0]).predict(X).shape == (len(X),)
    assert len(twin.history_["loss"]) == 1
    assert twin.target_scale_ == pytest.approx((y.mean(), y.std()))
    again = in_plain_keras(network).fit(X, y[:, 0]).predict(X)
    np.testing.assert_allclose(again, twin.predict(X), atol=1e-5)
    assert as_is(network) is network
    assert in_plain_keras("ar") == "ar"


def test_plain_keras_names_the_classes():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    y = np.sign(np.round(X[:, -1])).astype(int)
    network = NetworkClassifier(
        cell="rnn", units=8, epochs=20, learning_rate=0.02, patience=0, dense=4, schedule="linear"
    )
    twin = in_plain_keras(network).fit(X, y)
    said = twin.predict(X)
    assert float(twin.model_.optimizer.learning_rate.numpy()) == pytest.approx(0.02 * (1 - 19 / 20))
    assert set(said) <= {-1, 0, 1}
    assert np.mean(said == y) > 0.85


# ---- over seeds


def counted(number, make):
    """A system whose results are the seed, ten more in plain Keras."""
    ours = float(number + (10 if make is in_plain_keras else 0))
    rows = [
        Measurement("lstm on returns", "error", 1.0, ours, ours / 2, 2.0, "by hand"),
        Measurement("ar", "error", 1.0, 7.0, 0.5, 2.0, "by hand"),
    ]
    return Reproduction(rows)


def test_means_and_deviations_over_seeds_by_hand():
    network, ar = repeat(counted, 4, Repeats(3, keras=True)).rows
    assert (network.ours, network.ours_sd, network.seeds) == (5.0, 1.0, 3)
    assert (network.keras, network.keras_sd, network.naive) == (15.0, 1.0, 2.5)
    assert (ar.ours, ar.ours_sd) == (7.0, 0.0)
    assert np.isnan([ar.keras, ar.keras_sd]).all()
    alone, _ = repeat(counted, 4, Repeats()).rows
    assert (alone.ours, alone.seeds) == (4.0, 1)
    assert np.isnan([alone.ours_sd, alone.keras]).all()
    assert mean_and_deviation([1.0, 3.0]) == (2.0, pytest.approx(np.sqrt(2)))


def test_seeds_begin_anew_after_the_last_one():
    seen = []
    repeat(lambda seed, _: (seen.append(seed), counted(0, as_is))[1], 2**32 - 1, Repeats(3))
    assert seen == [2**32 - 1, 0, 1]


def test_plain_keras_runs_beside_a_system_from_end_to_end():
    settings = {"iterations": 20, "units": 4, "fresh": 30, "window": 6}
    results = reproduce("wave", ("rnn", "ar"), settings, None, 3, Repeats(2, keras=True))
    network, *_, ar = results.rows
    assert network.ours != network.keras
    assert np.isfinite([network.ours_sd, network.keras, network.keras_sd]).all()
    assert np.isnan(ar.keras)


# ---- distribution against distribution


def assert_same_distribution(row, ratio=4.0):
    """Means within four standard errors of their difference, and deviations within a factor."""
    error = np.sqrt((row.ours_sd**2 + row.keras_sd**2) / row.seeds)
    assert abs(row.ours - row.keras) < 4 * error, row
    assert 1 / ratio < row.ours_sd / row.keras_sd < ratio, row


SIX = Repeats(6, keras=True)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_wave_is_learnt_as_in_keras(cell):
    settings = {"iterations": 300, "units": 32, "fresh": 300}
    assert_same_distribution(reproduce("wave", (cell,), settings, None, 0, SIX).rows[0])


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_stock_is_learnt_as_in_keras(cell):
    bars = random_bars(700, symbol="IBM", start="2010-04-01")
    settings = {"units": 8, "window": 15, "epochs": 4, "return_epochs": 2}
    for row in reproduce("ibm", (cell,), settings, bars, 0, SIX).rows:
        if row.measure == "rmse one day" and row.variant.startswith(cell):
            assert_same_distribution(row)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_digits_are_learnt_as_in_keras(cell):
    settings = {"units": 16, "dense": 16, "epochs": 5}
    assert_same_distribution(reproduce("digits", (cell,), settings, None, 0, SIX).rows[0])


def order_book(rows=1500):
    """Ten imbalances of a book and the move of the mid-price after them: up, down or none."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, 10))
    pressure = X[:, -1] + 0.5 * X[:, -2] + rng.standard_normal(rows) / 2
    return X, np.where(np.abs(pressure) < 0.8, 0, np.sign(pressure)).astype(int)


def balanced_accuracy(make, seed):
    X, y = order_book()
    network = NetworkClassifier(
        cell="rnn", units=16, epochs=4, patience=0, learning_rate=0.003, random_state=seed
    )
    said = make(network).fit(X[:1000], y[:1000]).predict(X[1000:])
    return float(np.mean([np.mean(said[y[1000:] == c] == c) for c in (-1, 0, 1)]))


@pytest.mark.slow
def test_three_directions_of_an_order_book_are_learnt_as_in_keras():
    ours, theirs = ([balanced_accuracy(make, s) for s in range(8)] for make in (as_is, in_plain_keras))
    (mean, deviation), (keras_mean, keras_sd) = mean_and_deviation(ours), mean_and_deviation(theirs)
    assert mean > 0.6
    row = Measurement("rnn", "", 0.0, mean, 0.0, 0.0, "", 8, deviation, keras_mean, keras_sd)
    assert_same_distribution(row)
