"""The estimator: scikit-learn's contract, canaries, seeds, early stopping, honest refusals."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.utils.estimator_checks import parametrize_with_checks

from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.scaling import Scale, to_windows
from signalcli.models.registry import parameters

CELLS = ("rnn", "lstm", "gru")

# Shuffled mini-batches: a row of weight 2 is one row in one batch, not two rows in perhaps two batches.
BATCHED = "a mini-batch sees a weighted row once, a repeated row twice, and in other batches"
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": BATCHED,
}


def expected_failed_checks(estimator):
    return EXPECTED


@parametrize_with_checks(
    [
        NetworkClassifier(cell=cell, units=8, epochs=15, patience=0, learning_rate=0.02)
        for cell in ("rnn", "lstm")
    ],
    expected_failed_checks=expected_failed_checks,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [
        NetworkClassifier(cell=cell, units=8, epochs=15, patience=0, learning_rate=0.02, pool_size=1)
        for cell in ("gru", "conv", "mlp")
    ],
    expected_failed_checks=expected_failed_checks,
)
def test_scikit_learn_checks_of_other_layers(estimator, check):
    check(estimator)


@pytest.mark.parametrize("cell", CELLS)
def test_visible_direction_is_learned(cell):
    X = np.random.default_rng(1).normal(size=(1500, 30))
    y = X[:, -2] > 0  # second of three channels at the last timestep
    model = NetworkClassifier(cell=cell, channels=3, units=16, learning_rate=0.005).fit(X[:1000], y[:1000])
    assert np.mean(model.predict(X[1000:]) == y[1000:]) > 0.95


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_xor_of_two_past_bars_is_learned(cell):
    X = np.random.default_rng(2).normal(size=(4000, 6))
    y = np.sign(X[:, 1] * X[:, 4])
    model = NetworkClassifier(cell=cell, epochs=30, patience=0, batch_size=64, learning_rate=0.01).fit(
        X[:3000], y[:3000]
    )
    assert np.mean(model.predict(X[3000:]) == y[3000:]) > 0.85


@pytest.mark.parametrize("cell", CELLS)
def test_coin_flips_are_not_learned(cell):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(1500, 10)), rng.integers(0, 2, 1500)
    model = NetworkClassifier(cell=cell, units=16).fit(X[:500], y[:500])
    assert abs(np.mean(model.predict(X[500:]) == y[500:]) - 0.5) < 4 * 0.5 / np.sqrt(1000)


def small(**changed):
    return NetworkClassifier(**{"units": 3, "epochs": 2, "patience": 0, "batch_size": 16, **changed})


def some_rows(count=60, features=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, features)), rng.integers(0, 2, count)


@pytest.mark.parametrize(
    "changed", [{}, {"dropout": 0.3}, {"recurrent_dropout": 0.3}, {"cell": "gru", "layers": 2}], ids=str
)
def test_same_seed_same_bytes_after_other_fits(changed):
    X, y = some_rows()
    first = small(**changed).fit(X, y)
    small(**changed, random_state=1).fit(X[:30], 1 - y[:30])
    again = small(**changed).fit(X, y)
    assert [a.tobytes() for a in first.weights_] == [a.tobytes() for a in again.weights_]
    assert first.predict_proba(X).tobytes() == again.predict_proba(X).tobytes()


def test_other_seed_other_weights():
    X, y = some_rows()
    one, two = (small(random_state=seed).fit(X, y) for seed in (0, 1))
    assert not np.array_equal(one.weights_[0], two.weights_[0])


PROBABILITIES = """
import numpy as np
from signalcli.models.neural.classifier import NetworkClassifier
rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 6)), rng.integers(0, 2, 60)
model = NetworkClassifier(units=3, epochs=2, patience=0, batch_size=16, dropout=0.3)
"""


def test_same_seed_same_bytes_in_another_process():
    code = f"{PROBABILITIES}print(model.fit(X, y).predict_proba(X).tobytes().hex())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    X, y = some_rows()
    assert done.stdout.strip() == small(dropout=0.3).fit(X, y).predict_proba(X).tobytes().hex()


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 17), st.integers(0, 2**16))
def test_last_part_is_held_out(changes, seed):
    """What stands in the last tenth reaches the weights only by choosing an epoch."""
    X, y = some_rows(180)
    other_X, other_y = some_rows(180, seed=seed + 1)
    changed_X, changed_y = X.copy(), y.copy()
    changed_X[-changes:], changed_y[-changes:] = 100 * other_X[-changes:], other_y[-changes:]
    one_epoch = {"epochs": 1, "patience": 1}
    before, after = small(**one_epoch).fit(X, y), small(**one_epoch).fit(changed_X, changed_y)
    assert [a.tobytes() for a in before.weights_] == [a.tobytes() for a in after.weights_]
    assert before.history_[0].loss == after.history_[0].loss
    assert before.history_[0].validation_loss != after.history_[0].validation_loss
    changed_X[0] += 1
    assert small(**one_epoch).fit(changed_X, changed_y).weights_[0].tobytes() != before.weights_[0].tobytes()


def test_held_out_rows_are_the_last_tenth():
    X, y = some_rows(50)
    X[45:] += 1000  # five rows; they would move the mean if it saw them
    model = small(epochs=1, patience=1).fit(X, y)
    assert model.scale_.mean[0] == pytest.approx(X[:45].mean())
    X[44] += 1000
    assert small(epochs=1, patience=1).fit(X, y).scale_.mean[0] > 10


def test_without_patience_all_rows_train():
    X, y = some_rows()
    model = small(patience=0).fit(X, y)
    assert model.scale_.mean[0] == pytest.approx(X.mean())
    assert np.isnan(model.history_[0].validation_loss)


def test_a_row_is_predicted_by_itself():
    X, y = some_rows(300)
    model = small(cell="gru", bidirectional=True).fit(X, y)
    whole = model.predict_proba(X)
    for number in (0, 150, 299):
        np.testing.assert_allclose(model.predict_proba(X[[number]])[0], whole[number], rtol=0, atol=1e-6)


def test_row_is_read_time_major_oldest_bar_first():
    """A net without memory of order could not tell; one that reads the last bar's second channel can."""
    row = np.array([[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]])
    assert to_windows(row, 2).tolist() == [[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]]
    assert np.shares_memory(to_windows(row, 2), row)


def test_features_must_be_a_multiple_of_channels():
    X, y = some_rows(features=7)
    with pytest.raises(ValueError, match=r"7 features.*channels=3"):
        small(channels=3).fit(X, y)


def test_three_classes_and_strings():
    X, _ = some_rows(90)
    y = np.array(["up", "flat", "down"])[np.arange(90) % 3]
    model = small().fit(X, y)
    probabilities = model.predict_proba(X)
    assert model.classes_.tolist() == ["down", "flat", "up"]
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    assert set(model.predict(X)) <= {"up", "flat", "down"}


def test_one_class_is_predicted_forever():
    X, _ = some_rows()
    model = small().fit(X, np.full(60, "up"))
    assert model.predict_proba(X[:2]).tolist() == [[1.0], [1.0]]
    assert model.predict(X[:2]).tolist() == ["up", "up"]


def test_rows_of_weight_zero_count_as_absent():
    X, y = some_rows()
    weight = np.ones(60)
    weight[::3] = 0
    some = small(patience=2).fit(X, y, sample_weight=weight)
    fewer = small(patience=2).fit(X[weight > 0], y[weight > 0])
    assert [a.tobytes() for a in some.weights_] == [a.tobytes() for a in fewer.weights_]


def test_weights_pull_towards_their_rows():
    X, y = some_rows(200)
    heavy = small(epochs=5, learning_rate=0.05).fit(X, y, sample_weight=np.where(y == 1, 20.0, 1.0))
    assert heavy.predict_proba(X)[:, 1].mean() > 0.8


def test_no_weight_at_all_is_refused():
    X, y = some_rows()
    with pytest.raises(ValueError, match=r"(?i)sample weights? must contain"):
        small().fit(X, y, sample_weight=np.zeros(60))


def test_scale_uses_rows_and_timesteps_and_leaves_constants():
    raw = np.zeros((2, 2, 2))
    raw[..., 0] = [[1, 3], [5, 7]]  # mean 4, deviation sqrt 5
    raw[..., 1] = 0.1  # 0.1 * 3 / 3 != 0.1 in floating point
    scale = Scale.fit(raw)
    assert scale.mean == pytest.approx([4, 0.1])
    assert scale.deviation == pytest.approx([np.sqrt(5), 1])
    np.testing.assert_allclose(scale.apply(raw)[..., 0], (raw[..., 0] - 4) / np.sqrt(5), rtol=1e-6)
    assert scale.apply(raw).dtype == np.float32


def test_state_holds_arrays_only():
    X, y = some_rows()
    model = small().fit(X, y)
    assert all(type(a) is np.ndarray and a.dtype == np.float32 for a in model.weights_)
    assert clone(model).get_params() == model.get_params()


@pytest.mark.parametrize(
    "changed", [{"cell": "conv"}, {"cell": "mlp"}, {"cell": "gru", "reset_after": False}], ids=str
)
def test_the_other_cells_learn_a_visible_direction(changed):
    X = np.random.default_rng(1).normal(size=(800, 16))
    y = X[:, -2] > 0
    model = NetworkClassifier(**changed, channels=2, units=16, learning_rate=0.01, epochs=15).fit(
        X[:600], y[:600]
    )
    assert np.mean(model.predict(X[600:]) == y[600:]) > 0.95


def test_layers_of_different_widths():
    X, y = some_rows()
    model = small(units=(4, 2), dense=3).fit(X, y)
    assert [w.shape for w in model.weights_] == [
        (1, 16),
        (4, 16),
        (16,),
        (4, 8),
        (2, 8),
        (8,),
        (2, 3),
        (3,),
        (3, 1),
        (1,),
    ]
    assert [w.shape for w in small(units=2, layers=2).fit(X, y).weights_[:2]] == [(1, 8), (2, 8)]


def test_seeds_average_networks_that_differ():
    X, y = some_rows()
    model = small(seeds=3).fit(X, y)
    each = model.member_probabilities(X)
    assert each.shape == (3, 60, 2)
    assert np.abs(each[0] - each[1]).max() > 1e-4
    np.testing.assert_allclose(model.predict_proba(X), each.mean(axis=0))
    np.testing.assert_array_equal(small().fit(X, y).predict_proba(X), each[0])


def test_balanced_classes_weigh_the_same():
    X, _ = some_rows(200)
    y = (np.arange(200) % 10 == 0).astype(int)
    plain = small(epochs=5, learning_rate=0.05).fit(X, y).predict_proba(X)[:, 1].mean()
    balanced = (
        small(epochs=5, learning_rate=0.05, class_weight="balanced").fit(X, y).predict_proba(X)[:, 1].mean()
    )
    assert plain < 0.3 < balanced


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cell": "ltsm"}, "cell='ltsm': did you mean lstm"),
        ({"optimizer": "adan"}, "did you mean adam"),
        ({"schedule": "cos"}, "schedule='cos'"),
        ({"activation": "tanhh"}, "no activation 'tanhh'; did you mean tanh"),
        ({"kernel_constraint": "max_nrom(3)"}, "no constraint 'max_nrom'; did you mean max_norm"),
        ({"kernel_initializer": "glorot"}, "no initializer 'glorot'; did you mean glorot"),
        ({"recurrent_regularizer": "l2(x)"}, "must be a name"),
        ({"units": 0}, "units=0"),
        ({"units": ()}, "units=()"),
        ({"units": (4, 2.5)}, "units="),
        ({"dense": (0,)}, "dense="),
        ({"epochs": 0}, "epochs=0"),
        ({"batch_size": 2.5}, "batch_size=2.5"),
        ({"dropout": 1.0}, "dropout=1.0"),
        ({"validation_fraction": 1.5}, "validation_fraction=1.5"),
        ({"learning_rate": -1}, "learning_rate=-1"),
        ({"channels": 0}, "channels=0"),
        ({"bidirectional": True, "go_backwards": True}, "go_backwards=True"),
        ({"stateful": True, "bidirectional": True}, "stateful=True"),
        ({"stateful": True, "recurrent_dropout": 0.1}, "stateful=True"),
        ({"return_state": True, "units": (3, 2)}, "return_state=True"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(changed, message):
    X, y = some_rows()
    with pytest.raises(ValueError, match=re.escape(message)):
        small(**changed).fit(X, y)


def test_every_argument_is_documented():
    documented = {p.name for p in parameters("lstm") if p.help}
    signature = set(NetworkClassifier().get_params()) - {
        "cell",
        "channels",
        "overlap",
        "random_state",
        "sequence",
    }
    assert documented == signature


def test_stateful_training_sees_further_back_than_the_window():
    """The direction is the bar before the window: only a carried state knows it."""
    bars = np.sign(np.random.default_rng(0).normal(size=600))
    X, y = bars[1:, np.newaxis], bars[:-1] > 0
    setting = {
        "cell": "rnn",
        "units": 16,
        "epochs": 20,
        "patience": 0,
        "batch_size": 8,
        "learning_rate": 0.005,
    }
    forgets, carries = (
        NetworkClassifier(**setting, stateful=s).fit(X, y).history_[-1].loss for s in (False, True)
    )
    assert carries < 0.1
    assert forgets > 0.65


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_pictures_of_digits_row_by_row(cell):
    """Eight rows of eight pixels: an image as a sequence of ten classes."""
    digits = load_digits()
    X, seen, y, truth = train_test_split(
        digits.data, digits.target, test_size=0.25, random_state=0, stratify=digits.target
    )
    model = NetworkClassifier(
        cell=cell, channels=8, units=64, epochs=20, patience=0, learning_rate=0.01, schedule="cosine"
    )
    assert model.fit(X, y).score(seen, truth) >= 0.96
