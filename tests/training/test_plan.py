"""The plan of a walk-forward: symbols that cannot be fitted do not end the panel, and are named."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError
from signalcli.features import FeatureConfig, build
from signalcli.io.tables import to_bytes
from signalcli.training.left_out import skipped
from signalcli.training.plan import make_plan
from signalcli.training.refit import refit
from signalcli.training.walk_forward import walk_forward

FIT, FOLDS = FitConfig(models=("logistic",)), FoldConfig(folds=3)
ALL = FitConfig(models=("logistic",), require_all=True)
CONFIG = FeatureConfig(window=4, sets=("lags",))


def rising(rows=100):
    """A symbol of one direction."""
    close = 10.0 * 1.01 ** np.arange(rows)
    bars = random_bars(rows, symbol="RISE")
    return bars.assign(open=close, high=close * 1.001, low=close * 0.999, close=close)


def panel(*others):
    return build(pd.concat([random_bars(160), *others], ignore_index=True), CONFIG)


@pytest.mark.parametrize(
    ("other", "code", "said"),
    [
        (rising(), "DATA-ONECLASS", "RISE: fold 1 trains on 25 rows of one direction"),
        (random_bars(7, symbol="TINY"), "DATA-FEW", "TINY: 1 usable dates are too few for --folds 3"),
    ],
    ids=["one class", "few rows"],
)
def test_a_symbol_that_cannot_be_fitted_is_left_out_and_named(other, code, said):
    table = panel(other)
    found = walk_forward(table, FIT, FOLDS)
    pd.testing.assert_frame_equal(found, walk_forward(panel(), FIT, FOLDS), check_exact=True)
    (line,) = skipped(table, found, FIT, FOLDS)
    assert line.startswith(f"1 of 2 symbols left out: {said}")
    with pytest.raises(DataError, match=said) as caught:
        make_plan(table, ALL, FOLDS)
    assert caught.value.code == code
    with pytest.raises(DataError, match=said):
        make_plan(build(other, CONFIG), FIT, FOLDS)


def test_a_symbol_shorter_than_a_window_is_refused_on_demand():
    table = panel(random_bars(3, symbol="TINY"))
    assert set(walk_forward(table, FIT, FOLDS)["symbol"]) == {"AAA"}
    with pytest.raises(DataError, match="TINY: no row has every feature"):
        make_plan(table, ALL, FOLDS)


def test_a_model_of_one_direction_is_not_saved_beside_others():
    table = panel(rising())
    assert [fitted.symbol for fitted in refit(table, FIT, FOLDS)] == ["AAA"]
    for config, rows in ((ALL, table), (FIT, build(rising(), CONFIG))):
        with pytest.raises(DataError, match="RISE: one direction only"):
            list(refit(rows, config, FOLDS))


def test_at_the_shell():
    content = to_bytes(pd.concat([random_bars(160), rising()], ignore_index=True), "csv")
    features = run("features -w 4 --sets lags", content)
    fit = "fit --model logistic --folds 3"
    assert "1 of 2 symbols left out: RISE: fold 1" in run(fit, features).stderr
    assert "DATA-ONECLASS" in run(f"{fit} --require-all", features, 65).stderr
    short = to_bytes(pd.concat([random_bars(160), random_bars(3, symbol="TINY")], ignore_index=True), "csv")
    assert "TINY: 3 bars; --window 4 --horizon 1 need at least 6" in run("features -w 4", short).stderr
