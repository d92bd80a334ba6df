"""Losses: numbers by hand, slopes by differences, names that are refused."""

import re

import numpy as np
import pytest

from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.losses import make_loss

# Logits 0 and log 3 of two classes mean p_up 1/2 and 3/4; what came true is up and down.
TWO = np.array([[0.0], [np.log(3.0)]])
# Logits whose probabilities are 1/2, 1/4, 1/4; what came true is the first and the last class.
THREE = np.log([[2.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
SAID, CAME = np.array([[1.0, 2.0], [0.0, 5.0]]), np.array([[0.0, 2.5], [0.0, 2.0]])


@pytest.mark.parametrize(
    ("name", "outputs", "targets", "expected"),
    [
        ("cross_entropy", TWO, [1, 0], [np.log(2), np.log(4)]),
        ("cross_entropy", THREE, [0, 2], [np.log(2), np.log(4)]),
        ("focal", TWO, [1, 0], [0.5**2 * np.log(2), 0.75**2 * np.log(4)]),
        ("focal(1)", THREE, [0, 2], [0.5 * np.log(2), 0.75 * np.log(4)]),
        ("focal(gamma=3)", TWO, [1, 0], [0.5**3 * np.log(2), 0.75**3 * np.log(4)]),
        ("brier", TWO, [1, 0], [0.25, 0.5625]),
        ("brier", THREE, [0, 2], [(0.25 + 0.0625 + 0.0625) / 2, (0.25 + 0.0625 + 0.5625) / 2]),
        ("squared", SAID, CAME, [(1 + 0.25) / 2, 9 / 2]),
        ("absolute", SAID, CAME, [(1 + 0.5) / 2, 3 / 2]),
        ("huber", SAID, CAME, [(0.5 + 0.125) / 2, 2.5 / 2]),
        ("huber(2)", SAID, CAME, [(0.5 + 0.125) / 2, 2 * (3 - 1) / 2]),
        ("huber(delta=0.5)", SAID, CAME, [(0.5 * 0.75 + 0.125) / 2, 0.5 * 2.75 / 2]),
    ],
)
def test_by_hand(name, outputs, targets, expected):
    found = make_loss(name)(tensorflow().constant(outputs), np.asarray(targets))
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("name", [*losses.OF_CLASSES, *losses.OF_VALUES])
def test_slopes_are_those_of_the_curve(name):
    tf = tensorflow()
    outputs = np.random.default_rng(0).normal(size=(6, 3))
    targets = np.array([0, 1, 2, 0, 1, 2]) if name in losses.OF_CLASSES else np.full((6, 3), 0.3)
    loss, given = make_loss(name), tf.constant(outputs)
    with tf.GradientTape() as tape:
        tape.watch(given)
        total = tf.reduce_sum(loss(given, targets))
    slope, step = tape.gradient(total, given).numpy(), 1e-6
    for place in np.ndindex(outputs.shape):
        up, down = outputs.copy(), outputs.copy()
        up[place] += step
        down[place] -= step
        rise = np.sum(loss(tf.constant(up), targets)) - np.sum(loss(tf.constant(down), targets))
        assert slope[place] == pytest.approx(rise / (2 * step), abs=1e-5)


@pytest.mark.parametrize("name", ["focal", "focal(0.5)"])
def test_a_row_that_is_certain_and_right_has_a_finite_slope(name):
    tf = tensorflow()
    given = tf.constant([[90.0]])
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = make_loss(name)(given, [1])
    assert np.isfinite(tape.gradient(loss, given)).all()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cross_entropie", "no loss 'cross_entropie'; did you mean cross_entropy"),
        ("hubert", "did you mean huber"),
        ("focal(1, 2)", "focal takes ('gamma',)"),
        ("huber(gamma=1)", "huber takes ('delta',)"),
        ("squared(1)", "squared takes no arguments"),
        ("focal(0)", "a number above 0"),
        ("huber(True)", "a number above 0"),
        ("huber(x)", "must be a name"),
        ("squared", "not available for this model; use cross_entropy, focal, brier"),
    ],
)
def test_what_cannot_be_meant_is_named(name, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        NetworkClassifier(loss=name).fit(np.eye(4), [0, 1, 0, 1])


def test_networks_learn_by_another_loss_and_say_what_they_made_small():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 4))
    y = (X[:, -1] > 0).astype(int)
    model = NetworkClassifier(
        cell="rnn", units=8, loss="focal", epochs=8, learning_rate=0.02, patience=8
    ).fit(X, y)
    up = model.predict_proba(X[360:])[:, 1]
    true = np.where(y[360:] == 1, up, 1 - up)
    shown = -((1 - true) ** 2) * np.log(true)
    best = min(model.history_, key=lambda epoch: epoch.validation_loss)
    assert best.validation_loss == pytest.approx(shown.mean(), abs=1e-6)
    assert np.mean((up > 0.5) == y[360:]) > 0.9
