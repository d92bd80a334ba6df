"""The rows a model is saved with: those with a known label that is not sealed, and their weights."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, UsageError
from signalcli.features import FeatureConfig, build
from signalcli.features.labels.overlap import LabelReach
from signalcli.training import refit as module
from signalcli.training.refit import refit, training_data

CONFIG = FeatureConfig(window=3, sets=("lags",), channels=("ret",), horizon=4)
TABLE = build(random_bars(60), CONFIG)
FIT = FitConfig(("logistic", "ar"))


@pytest.fixture
def fitted(monkeypatch):
    """What every estimator is made with and fitted on; none is fitted."""
    seen = []
    monkeypatch.setattr(module, "make_estimator", lambda model, _, __, reach: (model, reach))
    monkeypatch.setattr(module, "fit_with_weights", lambda *arguments: seen.append(arguments))
    return seen


def test_each_labeled_row_is_learned_from_with_its_weight_and_the_reach_of_its_label(fitted):
    """60 bars, two of warm-up, four without a label yet; one direction and one input are unknown besides."""
    table = TABLE.assign(weight=np.arange(1.0, 61))
    table.loc[20, "direction"] = pd.NA
    table.loc[30, "ret_lag0"] = np.nan
    table.loc[40, "label_end"] = pd.NaT
    (one,) = refit(table, FIT)
    ((made, X, y, weight),) = fitted
    assert made == ("logistic", LabelReach(horizon=4, overlap=3)), "the first model"
    kept = [k for k in range(3, 56) if k not in {20, 30, 40}]
    assert weight.tolist() == [k + 1 for k in kept]
    assert y.tolist() == table["direction"].iloc[kept].tolist()
    assert X[:, one.inputs.columns.index("ret_lag0")].tolist() == table["ret_lag0"].iloc[kept].tolist()
    assert one.trained_on["date"].tolist() == table["date"].iloc[kept].tolist()
    assert (one.symbol, one.model) == ("AAA", "logistic")


def test_the_rows_of_a_symbol_are_told_besides_those_that_are_learned_from():
    (data,) = training_data(TABLE, FIT)
    assert data.rows["date"].iloc[-1] == TABLE["date"].iloc[-1]
    assert data.trained_on["label_end"].max() == TABLE["date"].iloc[-1]


def test_a_sealed_hold_out_stays_sealed(fitted):
    """No label may end in it either: four bars before its first date, nothing is learned."""
    first = TABLE["date"].iloc[45]
    sealed = FoldConfig(holdout=dt.date.fromisoformat(str(first)[:10]))
    (one,) = refit(TABLE, FIT, sealed)
    assert one.trained_on["label_end"].max() < first
    (opened,) = refit(TABLE, FIT)
    assert opened.trained_on["label_end"].max() > first


def of_symbols(*kinds):
    """Symbols in order: ``both`` directions, or ``one``."""
    parts = [
        TABLE.assign(symbol=f"S{number}").assign(
            direction=TABLE["direction"].where(TABLE["direction"].isna(), 1)
            if kind == "one"
            else TABLE["direction"]
        )
        for number, kind in enumerate(kinds)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(
    ("kinds", "symbols"),
    [
        (("both", "one"), ["S0"]),
        (("one", "both"), ["S1"]),
        (("one", "both", "one"), ["S1"]),
    ],
)
def test_a_symbol_of_one_direction_is_left_out_unless_all_are_required(fitted, kinds, symbols):
    assert [one.symbol for one in refit(of_symbols(*kinds), FIT)] == symbols
    with pytest.raises(DataError, match=r"S\d: one direction only"):
        list(refit(of_symbols(*kinds), FitConfig(("logistic",), require_all=True)))


def test_no_symbol_with_both_directions_is_an_error(fitted):
    with pytest.raises(DataError, match="S1: one direction only; use more bars"):
        list(refit(of_symbols("one", "one"), FIT))
    assert fitted == []


def test_a_pooled_model_has_no_symbol_and_the_rows_of_all(fitted):
    (one,) = refit(of_symbols("both", "one"), FitConfig(("logistic",), pooled=True))
    assert one.symbol is None
    assert one.trained_on["symbol"].value_counts().to_dict() == {"S0": 53, "S1": 53}


def test_settings_are_checked_before_anything_is_fitted(fitted):
    wrong = FitConfig(("logistic",), {"logistic": {"nonsense": 1}})
    with pytest.raises(UsageError, match="nonsense"):
        list(refit(TABLE, wrong))
    assert fitted == []
