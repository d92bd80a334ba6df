"""Networks that say values: scikit-learn's contract, Keras' numbers, scaling, refusals."""

import re

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.runtime import keras
from signalcli.models.neural.keras_model import build_model
from signalcli.models.neural.regressor import NetworkRegressor
from signalcli.models.neural.trainer.batches import Batches, make_batches
from signalcli.models.neural.trainer.forward import FusedForward, KerasForward
from signalcli.models.neural.trainer.optimizers import Optimizer
from signalcli.models.neural.trainer.program import Program, Rows

# Shuffled mini-batches: a row of weight 2 is one row in one batch, not two rows in perhaps two batches.
BATCHED = "a mini-batch sees a weighted row once, a repeated row twice, and in other batches"
EXPECTED = {"check_sample_weight_equivalence_on_dense_data": BATCHED}


@pytest.mark.slow
@parametrize_with_checks(
    [
        NetworkRegressor(cell=cell, units=8, epochs=40, patience=0, learning_rate=0.02)
        for cell in ("rnn", "mlp")
    ],
    expected_failed_checks=lambda _: EXPECTED,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def small(**changed):
    return NetworkRegressor(
        **{"cell": "rnn", "units": 4, "epochs": 2, "patience": 0, "batch_size": 16, **changed}
    )


@pytest.fixture(scope="module")
def wave():
    """Windows of twelve bars of a sine with drift, and the bar after each."""
    t = np.arange(300)
    series = 50 + 0.02 * t + 5 * np.sin(t / 5)
    rows = np.lib.stride_tricks.sliding_window_view(series, 13)
    return rows[:, :-1].copy(), rows[:, -1].copy(), rows[:, 1:].copy()


def test_many_to_many_trains_to_the_weights_of_plain_keras():
    network = Network("lstm", 5, 2, 1, (4, 3), sequence=True)
    rng = np.random.default_rng(0)
    rows = Rows(
        rng.normal(size=(64, 5, 2)).astype(np.float32),
        rng.normal(size=(64, 5, 1)).astype(np.float32),
        rng.uniform(0.5, 2, 64).astype(np.float32),
    )
    made = Program(network, Optimizer("sgd"), 16, FusedForward(network), loss="squared")
    state, loaded = made.start(np.random.SeedSequence(3)), made.load(rows)
    model = build_model(network)
    model.set_weights([np.asarray(a) for a in state.weights])
    reference = keras().losses.MeanSquaredError(reduction="mean_with_sample_weight")
    model.compile(keras().optimizers.SGD(0.05), reference)
    in_place = np.arange(64, dtype=np.int32).reshape(4, 16)
    for _ in range(2):
        state, _ = made.epoch(state, loaded, Batches(in_place, np.zeros((4, 16), np.float32)), 0.05)
    by_bar = np.repeat(rows.weights[:, np.newaxis], 5, axis=1)  # Keras weighs bars
    model.fit(rows.windows, rows.targets, 16, 2, sample_weight=by_bar, shuffle=False, verbose=0)
    for ours, theirs in zip(state.weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    said = made.logits(state.weights, rows.windows)
    assert said.shape == (64, 5, 1)
    np.testing.assert_allclose(said, model.predict(rows.windows, verbose=0), atol=1e-5)


def test_fused_and_keras_layers_agree_on_values():
    network = Network("gru", 4, 1, 2, (3,))
    rng = np.random.default_rng(1)
    rows = Rows(
        rng.normal(size=(40, 4, 1)).astype(np.float32),
        rng.normal(size=(40, 2)).astype(np.float32),
        np.ones(40, np.float32),
    )
    losses, ends = [], []
    for forward in (FusedForward(network), KerasForward(network)):
        made = Program(network, Optimizer("sgd"), 16, forward, loss="huber(0.3)")
        state, loaded = made.start(np.random.SeedSequence(3)), made.load(rows)
        state, mean = made.epoch(state, loaded, make_batches(np.arange(40), 16), 0.05)
        losses.append(mean)
        ends.append([np.asarray(a) for a in state.weights])
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    for a, b in zip(*ends, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_next_bar_of_a_wave_is_learnt_in_the_units_of_the_wave(wave):
    X, y, _ = wave
    model = small(epochs=150, learning_rate=0.02, scale="minmax").fit(X[:200], y[:200])
    error, naive = (np.sqrt(np.mean((said - y[200:]) ** 2)) for said in (model.predict(X[200:]), X[200:, -1]))
    assert error < 0.8 * naive < 0.6  # the wave is 10 wide


def test_one_value_several_values_and_a_value_a_bar(wave):
    X, y, bars = wave
    assert small().fit(X, y).predict(X).shape == (len(X),)
    assert small().fit(X, bars[:, :3]).predict(X).shape == (len(X), 3)
    assert small(sequence=True).fit(X, bars).predict(X).shape == X.shape


def test_scales_are_measured_on_the_rows_that_are_trained_on(wave):
    X, y, bars = wave
    changed_X, changed_y = X.copy(), y.copy()
    changed_X[-20:] += 100
    changed_y[-20:] += 100
    setting = {"patience": 1, "epochs": 1, "scale": "minmax"}  # early stopping looks at the last tenth
    before, after = small(**setting).fit(X, y), small(**setting).fit(changed_X, changed_y)
    assert before.scale_.mean == after.scale_.mean == X[:259].min()
    assert before.target_scale_.mean == after.target_scale_.mean == y[:259].min()
    assert before.target_scale_.deviation == np.ptp(y[:259])
    assert [a.tobytes() for a in before.weights_] == [a.tobytes() for a in after.weights_]
    free = small(scale="none").fit(X, y)
    assert (free.scale_.mean, free.scale_.deviation, free.target_scale_.mean) == (0, 1, 0)
    assert len(small(sequence=True).fit(X, bars).target_scale_.mean) == 1


def test_weight_zero_counts_as_absent_and_seeds_are_averaged(wave):
    X, y, _ = wave
    weight = np.ones(len(X))
    weight[50:] = 0
    alone = small().fit(X[:50], y[:50]).predict(X)
    np.testing.assert_array_equal(small().fit(X, y, weight).predict(X), alone)
    both = small(seeds=2).fit(X, y)
    assert len(both.members_) == 2
    assert not np.array_equal(both.members_[0].weights[0], both.members_[1].weights[0])
    model = clone(both)
    np.testing.assert_array_equal(model.fit(X, y).predict(X), both.predict(X))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"loss": "cross_entropy"}, "not available for this model; use squared, absolute, huber"),
        ({"class_weight": "balanced"}, "values have no classes"),
        ({"scale": "min-max"}, "scale='min-max': did you mean minmax"),
        ({"sequence": True}, "y must be (n_rows, 12)"),
        ({"sequence": True, "bidirectional": True}, "needs recurrent layers that read the window forward"),
        ({"sequence": True, "cell": "mlp"}, "needs recurrent layers that read the window forward"),
        ({"cell": "grru"}, "did you mean gru"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_named(wave, changed, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        small(**changed).fit(wave[0], wave[1])
