"""The gradient of the loss by each bar, against finite differences and known networks."""

import csv
import io

import numpy as np
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError
from signalcli.features import FeatureConfig, build
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.gradients import input_gradients, norms_by_lag
from signalcli.report.text.tables import bar
from signalcli.research.gradients import gradients_by_lag

QUICK = {"units": 4, "epochs": 2, "patience": 0}


def loss(model, X, y):
    return -np.log(model.predict_proba(X)[np.arange(len(X)), np.searchsorted(model.classes_, y)])


@pytest.mark.parametrize("changed", [{"cell": "lstm"}, {"cell": "gru", "return_state": True}], ids=str)
@pytest.mark.parametrize("classes", [2, 3])
def test_it_equals_finite_differences(changed, classes):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 8)), np.arange(300) % classes
    model = NetworkClassifier(**QUICK, **changed, channels=2, learning_rate=0.05).fit(X, y)
    gradients = input_gradients(model, X, y)
    assert gradients.shape == (300, 4, 2)
    for column in range(8):
        step = np.zeros(8)
        step[column] = 0.01
        by_hand = (loss(model, X + step, y) - loss(model, X - step, y)) / 0.02
        by_hand *= model.scale_.deviation[column % 2]
        np.testing.assert_allclose(gradients[:, column // 2, column % 2], by_hand, atol=2e-3)


def test_the_mean_of_norms_oldest_bar_first():
    X, y = np.random.default_rng(0).normal(size=(40, 6)), np.arange(40) % 2
    model = NetworkClassifier(**QUICK, channels=2).fit(X, y)
    by_hand = np.sqrt((input_gradients(model, X, y) ** 2).sum(axis=2)).mean(axis=0)
    np.testing.assert_allclose(norms_by_lag(model, X, y), by_hand, rtol=1e-6)


def test_a_simple_cell_forgets_and_one_with_an_open_gate_does_not():
    """Weights by hand: the state shrinks to a half at each step, or is kept by a gate that is nearly one."""
    X, y = np.random.default_rng(0).normal(size=(64, 12)), np.arange(64) % 2
    rnn = NetworkClassifier(cell="rnn", units=1, epochs=1, activation="linear").fit(X, y)
    rnn.members_[0].weights[:3] = [np.float32([[1]]), np.float32([[0.5]]), np.float32([0])]
    norms = norms_by_lag(rnn, X, y)
    np.testing.assert_allclose(norms[1:] / norms[:-1], 2, rtol=1e-4)
    lstm = NetworkClassifier(cell="lstm", units=1, epochs=1).fit(X, y)
    bias = np.float32([0, 20, 0, 0])  # input, forget, cell, output
    lstm.members_[0].weights[:3] = [np.float32([[0, 0, 0.01, 0]]), np.zeros((1, 4), np.float32), bias]
    norms = norms_by_lag(lstm, X, y)
    np.testing.assert_allclose(norms[0] / norms[-1], 1, rtol=0.01)


def test_a_table_of_models_and_lags():
    table = build(random_bars(90), FeatureConfig(window=4))
    gradients = gradients_by_lag(table, FitConfig(("rnn", "gru"), {"rnn": QUICK, "gru": QUICK}))
    assert gradients.columns.tolist() == ["symbol", "model", "lag", "norm", "share"]
    assert gradients["lag"].tolist() == [0, 1, 2, 3] * 2
    assert (gradients.groupby("model")["share"].max() == 1).all()
    with pytest.raises(UsageError, match="tree: is not trained by gradient descent"):
        gradients_by_lag(table, FitConfig(("tree",)))


def test_the_command_prints_data_and_pictures(tmp_path):
    random_bars(90).to_csv(tmp_path / "bars.csv", index=False)
    command = f"inspect --gradients {tmp_path / 'bars.csv'} --model rnn -w 3 --set epochs=1"
    rows = list(csv.DictReader(io.StringIO(run(command))))
    assert [(row["symbol"], row["model"], row["lag"]) for row in rows] == [("AAA", "rnn", k) for k in "012"]
    assert "█" * 40 in run(f"{command} --format table")


def test_bars_are_as_long_as_their_shares():
    assert bar(1, 4) == "████"
    assert bar(0.5, 4) == "██"
    assert bar(0.3, 4) == "█▎"
    assert bar(1e-9) == "▏"
    assert bar(0) == ""


def test_lag_zero_is_the_newest_bar():
    """A state that halves at each step: the newest bar weighs most, each earlier one half."""
    table = build(random_bars(90), FeatureConfig(window=4))
    fixed = {"activation": "linear", "recurrent_initializer": "constant(0.5)", "learning_rate": 1e-9}
    config = FitConfig(("rnn",), {"rnn": {**QUICK, **fixed, "units": 1}})
    np.testing.assert_allclose(gradients_by_lag(table, config)["share"], [1, 1 / 2, 1 / 4, 1 / 8], rtol=1e-3)
