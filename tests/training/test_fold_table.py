"""The fold table, its picture, and a hold-out that stays sealed."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shell import run
from signalcli.backtesting.simulate import backtest
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import DataError
from signalcli.evaluation.comparison.compare import compare
from signalcli.evaluation.scorecard import scorecard
from signalcli.features.build import build
from signalcli.training.fold_table import COLUMNS, fold_table
from signalcli.training.refit import refit
from signalcli.training.walk_forward import walk_forward

SPEC = FitConfig(models=("logistic",))
FEW = FeatureConfig(window=5, horizon=3, sets=("lags",))


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return synthetic_bars("walk", rows=300, seed=2)


@pytest.fixture(scope="module")
def table(bars: pd.DataFrame) -> pd.DataFrame:
    return build(bars, FEW)


def test_the_table_says_what_fit_does(table: pd.DataFrame) -> None:
    found = fold_table(table, SPEC, FoldConfig(3))
    assert tuple(found.columns) == COLUMNS
    tested = walk_forward(table, SPEC, FoldConfig(3)).query("model == 'logistic'").groupby("fold")["date"]
    assert found["test_start"].tolist() == tested.min().tolist()
    assert found["test_end"].tolist() == tested.max().tolist()
    assert found["test_rows"].tolist() == tested.count().tolist()
    assert found["purged_rows"].tolist() == [2, 2, 2]  # the labels of the last two rows reach into the test
    assert (found["train_end"] < found["test_start"]).all()


def test_a_sealed_hold_out_might_as_well_not_be_there(bars: pd.DataFrame, table: pd.DataFrame) -> None:
    seal = bars["date"].iloc[240]
    folds = FoldConfig(3, holdout=seal.date())
    cut = build(bars[bars["date"] < seal], FEW)
    pd.testing.assert_frame_equal(walk_forward(table, SPEC, folds), walk_forward(cut, SPEC, FoldConfig(3)))
    (ours,), (theirs,) = refit(table, SPEC, folds), refit(cut, SPEC)
    pd.testing.assert_frame_equal(ours.trained_on, theirs.trained_on)


def test_an_open_hold_out_is_tested_by_what_was_before(bars: pd.DataFrame, table: pd.DataFrame) -> None:
    seal = bars["date"].iloc[240]
    found = walk_forward(table, SPEC, FoldConfig(3, holdout=seal.date(), open_holdout=True))
    assert found["date"].min() == seal
    assert found["date"].nunique() == 60
    assert set(found["fold"]) == {1}


def test_nothing_before_the_hold_out(table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="no rows before --holdout 1980-01-01"):
        walk_forward(table, SPEC, FoldConfig(holdout=dt.date(1980, 1, 1)))


def test_paths_are_traded_and_judged_one_by_one(table: pd.DataFrame) -> None:
    predictions = walk_forward(table, SPEC, FoldConfig(4, cv="combinatorial"))
    assert set(predictions["path"]) == {1, 2, 3}
    assert (predictions.groupby(["model", "date"])["path"].nunique() == 3).all()
    metrics = scorecard(backtest(predictions))
    assert metrics.groupby("model")["path"].apply(list).loc["logistic"] == [1, 2, 3]
    assert metrics.groupby("model")["n_bars"].first().nunique() == 1
    one = predictions[predictions["path"] == 2].drop(columns="path")
    alone = scorecard(backtest(one)).set_index("model").loc["logistic", "sharpe"]
    assert metrics.set_index(["model", "path"]).loc[("logistic", 2), "sharpe"] == alone
    with pytest.raises(DataError, match="several paths"):
        compare(predictions)


def test_purged_k_fold_has_one_path_and_needs_no_name_for_it(table: pd.DataFrame) -> None:
    predictions = walk_forward(table, SPEC, FoldConfig(4, cv="combinatorial", test_groups=1))
    assert "path" not in predictions
    usable = table.dropna(subset=[c for c in table.columns if "lag" in c])
    assert predictions.groupby("model")["date"].apply(list).map(len).eq(len(usable)).all()


def test_the_table_of_paths(table: pd.DataFrame) -> None:
    found = fold_table(table, SPEC, FoldConfig(4, cv="combinatorial"))
    assert found.groupby("fold").ngroups == 6
    assert found.groupby("path")["test_rows"].sum().nunique() == 1


def test_the_verb_prints_data_and_a_picture(bars: pd.DataFrame) -> None:
    text = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 120"))
    lines = run("folds --folds 2 --gap 3", text).splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 3
    assert lines[1].startswith("1,walk,2")
    picture = run("folds --folds 2 --gap 3 --format table", text).splitlines()
    assert picture[0].startswith("walk  20")
    assert picture[1].strip().startswith("1 ▒")
    assert picture[2].endswith("█")
    assert "·" in picture[1]
    assert len({len(line) for line in picture[1:3]}) == 1
    assert len(run("folds --folds 2 --pooled --cv combinatorial --test-groups 1", text).splitlines()) == 3


def test_what_folds_leave_out_is_named() -> None:
    text = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 120"))
    head, *rows = text.splitlines(keepends=True)
    short = "".join([head, *rows, *(row.replace("walk", "few", 1) for row in rows[:20])])
    assert "warning: 1 of 2 symbols left out: few: " in run("folds --folds 4", short).stderr
    none = "".join([head, *rows, *(row.replace("walk", "none", 1) for row in rows[:3])])
    said = run("folds --folds 2 --holdout 2050-01-01", none).stderr
    assert "warning: 1 of 2 symbols have no row with every feature and are left out: none" in said
    assert "warning: --holdout 2050-01-01 holds no row out" in said


def test_fit_takes_the_same_options() -> None:
    text = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 300"))
    folds = "--folds 3 --cv rolling --refit-every quarter --holdout 2000-12-01"
    cut = pd.read_csv(__import__("io").StringIO(run(f"folds {folds}", text)))
    made = pd.read_csv(__import__("io").StringIO(run(f"fit --model logistic {folds}", text)))
    assert made["fold"].nunique() == len(cut)
    assert np.all(made["date"] < "2000-12-01")


def small(rows: int = 12, horizon: int = 1) -> pd.DataFrame:
    """FEATURES of consecutive days with one feature."""
    dates = pd.date_range("2024-01-01", periods=rows, freq="D")
    table = pd.DataFrame({"symbol": "A", "date": dates}).assign(
        open=1.0, high=1.0, low=1.0, close=1.0, volume=1.0, ret_lag0=0.1
    )
    up = pd.array(np.arange(rows) % 2, dtype="Int8")
    return table.assign(forward_return=0.1, direction=up, label_end=dates + pd.Timedelta(days=horizon))


def days(found: pd.DataFrame, column: str) -> list[int]:
    return found[column].dt.day.tolist()


def test_dates_and_rows_by_hand() -> None:
    """Twelve days in three blocks; labels of two days, so the last training day of each is purged."""
    found = fold_table(small(horizon=2), FitConfig(("logistic",)), FoldConfig(2))
    assert found["fold"].tolist() == [1, 2]
    assert (days(found, "train_start"), days(found, "train_end")) == ([1, 1], [3, 7])
    assert (days(found, "test_start"), days(found, "test_end")) == ([5, 9], [8, 12])
    assert found["train_rows"].tolist() == [3, 7]
    assert found["test_rows"].tolist() == [4, 4]
    assert found["purged_rows"].tolist() == [1, 1]
    later = fold_table(small(horizon=2), FitConfig(("logistic",)), FoldConfig(2, max_train=3))
    assert (days(later, "train_start"), days(later, "train_end")) == ([2, 6], [3, 7])


def test_a_fold_with_paths_has_a_row_for_each() -> None:
    """Groups 1-4, 5-8 and 9-12 in pairs: path 2 where a group is tested for the second time."""
    config = FoldConfig(3, test_groups=2, cv="combinatorial")
    found = fold_table(small(), FitConfig(("logistic",)), config)
    assert found["fold"].tolist() == [1, 2, 2, 3]
    assert found["path"].tolist() == [1, 1, 2, 2]
    assert (days(found, "test_start"), days(found, "test_end")) == ([1, 9, 1, 5], [8, 12, 4, 12])
    assert found["test_rows"].tolist() == [8, 4, 4, 8]
