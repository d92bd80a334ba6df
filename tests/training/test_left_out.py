"""What a fit leaves out is named and counted, once a kind; the usual warm-up is not a loss."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.features import FeatureConfig, build
from signalcli.models.meta.calibrated import can_calibrate
from signalcli.schemas import feature_columns
from signalcli.training.left_out import left_out, unmeasured
from signalcli.training.walk_forward import walk_forward

SMALL = FeatureConfig(window=4, sets=("lags", "calendar"))


def table(symbols=("A", "B"), rows=120):
    return build(pd.concat([random_bars(rows, 1, s) for s in symbols], ignore_index=True), SMALL)


def blank(features, symbol, rows, column="mood"):
    """The table with a column that is unknown on some rows of a symbol."""
    features = features if column in features else features.assign(**{column: 1.0})
    own = np.flatnonzero(features["symbol"] == symbol)
    features.iloc[own[rows], features.columns.get_loc(column)] = np.nan
    return features


def test_the_warm_up_is_not_a_loss():
    assert left_out(table(), FoldConfig()) == []


def test_rows_and_symbols_are_counted_once_a_kind():
    features = blank(table("ABC"), "A", [50, 51, 90])
    features = blank(features, "C", slice(None))
    features = blank(features, "B", slice(0, 80))
    plain = table("A")
    rows = int(plain[feature_columns(plain)].notna().all(axis=1).sum()) + 40
    late = "80 rows before the first with every feature are left out, over half of B; later than the others "
    late += "begin mood (74)"
    line = f"3 of {rows} rows have an unknown feature: mood (3); a model that reads it does not train on "
    assert left_out(features, FoldConfig()) == [
        "1 of 3 symbols have no row with every feature and are left out: C",
        late,
        line + "them and gives no forecast there",
    ]


def test_a_symbol_without_a_complete_row_does_not_end_the_others():
    features = blank(table(), "B", slice(None))
    found = walk_forward(features, FitConfig(("ar",)), FoldConfig(2))
    alone = walk_forward(table("A").assign(mood=1.0), FitConfig(("ar",)), FoldConfig(2))
    pd.testing.assert_frame_equal(found, alone, check_exact=True)


@pytest.mark.parametrize("verb", ["backtest", "compare", "reliability", "confusion"])
def test_every_verb_counts_the_rows_without_a_forecast(tmp_path, verb):
    blank(table("A"), "A", [100, 101, 102]).to_csv(tmp_path / "features.csv", index=False)
    made = run(f"fit {tmp_path / 'features.csv'} --model logistic --folds 2")
    assert made.stderr.startswith("signalcli: warning: 3 of ")
    done = run(verb, made)
    assert "rows have no forecast (logistic 3): flat and not judged" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        ("2020-06-16", []),
        ("2020-06-17", ["--holdout 2020-06-17 holds no row out: the last one is of 2020-06-16"]),
    ],
)
def test_a_holdout_after_the_last_row_is_named(day, lines):
    features = table("A")
    assert f"{features['date'].max():%Y-%m-%d}" == "2020-06-16"
    assert left_out(features, FoldConfig(holdout=dt.date.fromisoformat(day))) == lines


def test_fits_without_calibration_are_counted():
    """A last quarter of 20 rows needs 77; the first of 2 fits has a third of about 155, two of 4 less."""
    features, config = build(random_bars(160, 1, "A"), SMALL), FitConfig(("ar",), calibrate="platt")
    (line,) = unmeasured(features, config, FoldConfig(2))
    assert line.startswith("--calibrate platt: 1 of 2 fits are not calibrated: the last quarter of ")
    assert unmeasured(features, config, FoldConfig(4))[0].startswith("--calibrate platt: 2 of 4 fits are ")
    assert unmeasured(features, FitConfig(("ar",)), FoldConfig(2)) == []


def test_fits_without_a_band_are_counted():
    """The first of 2 fits has about 50 rows; its earlier three quarters rise only."""
    features = build(random_bars(160, 1, "A"), SMALL)
    config = FitConfig(("ar",), coverage=0.8)
    assert unmeasured(features, config, FoldConfig(2)) == []
    features.loc[:44, "direction"] = features.loc[:44, "direction"].where(features["direction"].isna(), 1)
    why = "without a position: their earlier training rows hold one direction"
    assert unmeasured(features, config, FoldConfig(2)) == [f"--coverage 0.8: 1 of 2 fits are {why}"]


@pytest.mark.parametrize(("rows", "enough"), [(76, False), (77, True)])
def test_curves_need_twenty_rows_of_both_directions(rows, enough):
    y = np.arange(rows) % 2
    assert can_calibrate(y, 0) is enough
    assert not can_calibrate(np.where(np.arange(rows) < 60, 0, y), 0)
