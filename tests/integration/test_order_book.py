"""Three directions of an order book from the shell: 96 rows in a hundred do not move, which is no skill."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run

ROWS = 3000
DEAD = "--label dead-zone --dead-zone 0.00001 --window 5 --sets lags"


def order_book(seed=0):
    """Mid-prices a minute apart: a tick up or down after four of a hundred rows, sooner under pressure."""
    rng = np.random.default_rng(seed)
    pressure = rng.standard_normal(ROWS)
    chance = {side: 0.02 * np.exp(side * 2.0 * pressure - 2.0) for side in (1, -1)}
    up, down = (rng.random(ROWS) < chance[side] for side in (1, -1))
    ticks = np.concatenate([[0], (up.astype(int) - (down & ~up))[:-1]])
    close = 100 + 0.01 * np.cumsum(ticks)
    dates = pd.date_range("2024-01-01", periods=ROWS, freq="min").astype("datetime64[us]")
    bars = random_bars(ROWS).assign(date=dates, open=close, high=close, low=close, close=close)
    return bars, pressure


@pytest.fixture(scope="module")
def features():
    bars, pressure = order_book()
    made = run(f"features {DEAD}", bars.to_csv(index=False))
    table = pd.read_csv(io.StringIO(made), dtype={"direction": "Int8"})
    seen = pd.Series(pressure, index=bars["date"])
    at = pd.to_datetime(table["date"]).dt.tz_localize(None)
    return table, table.assign(pressure=seen.reindex(at).to_numpy())


def scores(table, models, options=""):
    """METRICS by model, through the pipe."""
    predictions = run(f"fit --model {models} --folds 3 --ledger off {options}", table.to_csv(index=False))
    rows = csv.DictReader(io.StringIO(run("backtest --metrics all", predictions)))
    return {row["model"]: row for row in rows}


def test_the_flat_rows_are_many(features):
    shares = features[0]["direction"].value_counts(normalize=True)
    assert shares[0] > 0.95
    assert set(shares.index) == {-1, 0, 1}


def test_always_flat_has_96_percent_accuracy_and_the_other_columns_say_that_it_is_nothing(features):
    found = scores(features[0], "ar,logistic")
    for model in ("majority", "ar", "logistic"):
        names = ("accuracy", "balanced_accuracy", "f1_up", "f1_down", "f1_macro")
        row = {name: float(found[model][name]) for name in names}
        assert row["accuracy"] > 0.95
        assert row["balanced_accuracy"] == pytest.approx(1 / 3)
        assert row["f1_up"] == row["f1_down"] == 0
        assert row["f1_macro"] == pytest.approx(2 * row["accuracy"] / (1 + row["accuracy"]) / 3)
        assert found[model]["collapsed"] == "1"
        assert found[model]["mcc"] == "", "no correlation with an answer that never changes"
    assert float(found["majority"]["trades"]) <= 3, "the likelier side of each fold, held"
    assert float(found["persistence"]["accuracy"]) > 0.9, "rows without a move are flat, not down"


def test_what_a_model_sees_shows_in_its_probabilities_while_accuracy_stays(features):
    found = scores(features[1], "logistic", "--allow-leak pressure")
    above = {
        name: float(found["logistic"][name]) - float(found["majority"][name])
        for name in ("auc", "log_loss", "accuracy")
    }
    assert above["auc"] > 0.2
    assert above["log_loss"] < 0
    assert abs(above["accuracy"]) < 0.02
