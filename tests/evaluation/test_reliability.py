"""Reliability and confusion: scikit-learn's numbers, every row once, and the pictures of them."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from shell import run
from signalcli.config.reliability import ReliabilityConfig
from signalcli.evaluation.confusion_table import confusion_table
from signalcli.evaluation.metrics.classification import calibration_error
from signalcli.evaluation.reliability import reliability, reliability_table
from signalcli.evaluation.significance.shares import share_interval
from signalcli.io.tables import read_table
from signalcli.report.text.reliability import BOTH, OBSERVED, PREDICTED, reliability_text
from signalcli.schemas import PREDICTIONS


@pytest.fixture(scope="module", params=["0", "0.01"])
def made(request: pytest.FixtureRequest) -> str:
    """PREDICTIONS of two and of three directions."""
    bars = run("fetch walk sine --source synthetic --rows 300 --seed 1")
    features = run(f"features -w 5 --sets lags --dead-zone {request.param}", bars)
    return run("fit --model logistic --folds 2", features)


@pytest.fixture
def predictions(made: str, tmp_path: Path) -> pd.DataFrame:
    file = tmp_path / "p.csv"
    file.write_text(made)
    return read_table(str(file), PREDICTIONS)


@pytest.mark.parametrize(("edges", "strategy"), [("width", "uniform"), ("rows", "quantile")])
def test_bins_are_those_of_scikit_learn(edges: str, strategy: str) -> None:
    rng = np.random.default_rng(1)
    p = rng.beta(4, 4, 900)
    came = rng.random(900) < p
    found = reliability(came, p, 7, edges)
    share, said = calibration_curve(came, p, n_bins=7, strategy=strategy)
    assert [b.share for b in found] == pytest.approx(share)
    assert [b.mean_p for b in found] == pytest.approx(said)
    assert sum(b.rows for b in found) == 900
    assert all(b.p_low <= b.mean_p <= b.p_high for b in found)


def test_decimals_on_an_edge_belong_to_the_bin_above() -> None:
    """Each of .1 … .9 is the lower edge of its bin; .3, .6 and .7 are not 3, 6 and 7 times .1 in floats."""
    p = np.arange(1, 10) / 10
    bins = reliability(np.ones(9, bool), p, 10, "width")
    assert [(b.p_low, b.p_high, b.rows) for b in bins] == [(k / 10, (k + 1) / 10, 1) for k in range(1, 10)]
    quantiles = reliability(np.ones(11, bool), np.arange(11) / 10, 10, "rows")
    assert [b.rows for b in quantiles] == [1] * 9 + [2]


def test_the_calibration_error_is_the_mean_distance_of_the_bins() -> None:
    rng = np.random.default_rng(2)
    p, y = rng.random(500), rng.integers(0, 2, 500)
    bins = reliability(y == 1, p, 10, "width")
    distance = sum(b.rows * abs(b.mean_p - b.share) for b in bins) / 500
    assert distance == pytest.approx(calibration_error(y, p))


def test_the_interval_is_wilsons_and_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    held, every = 0, 0
    for _ in range(200):
        p = rng.random(400)
        for b in reliability(rng.random(400) < p, p, 10, "rows"):
            held, every = held + (b.share_low < b.mean_p < b.share_high), every + 1
    assert held / every > 0.94
    wanted = stats.binomtest(round(b.share * b.rows), b.rows).proportion_ci(0.95, method="wilson")
    assert (b.share_low, b.share_high) == pytest.approx((wanted.low, wanted.high))


def test_labels_of_several_bars_widen_the_intervals(predictions: pd.DataFrame) -> None:
    """Each interval is that of `share_interval` for the rows of its bin."""
    table = predictions[(predictions["symbol"] == "walk") & predictions["direction"].notna()].assign(
        horizon=8
    )
    found = reliability_table(table, ReliabilityConfig(4, "width"))
    rows = table[table["model"] == "logistic"].reset_index(drop=True)
    of_up = found[(found["model"] == "logistic") & (found["direction"] == 1)]
    place = np.minimum((rows["p_up"] * 4).astype("int64"), 3)
    for (_, shown), k in zip(of_up.iterrows(), np.unique(place), strict=True):
        bars = np.flatnonzero(place == k)
        wanted = share_interval((rows["direction"] == 1).to_numpy()[bars], 8, bars)
        assert (shown["share_low"], shown["share_high"]) == pytest.approx(wanted)


def test_equal_probabilities_are_one_bin_and_unknown_ones_none() -> None:
    (only,) = reliability(np.array([True, False, True]), np.full(3, 0.6), 10, "rows")
    assert only[:5] == pytest.approx((0.6, 0.6, 3, 0.6, 2 / 3))
    assert reliability(np.array([True]), np.array([np.nan]), 10, "rows") == []
    assert reliability(np.array([], dtype=bool), np.array([]), 10, "width") == []


def test_every_resolved_row_once_a_model_and_direction(predictions: pd.DataFrame) -> None:
    table = reliability_table(predictions, ReliabilityConfig(5))
    resolved = predictions["direction"].notna().groupby([predictions["symbol"], predictions["model"]]).sum()
    for (_, _, _), rows in table.groupby(["symbol", "model", "direction"]):
        assert rows["rows"].sum() == resolved[rows["symbol"].iloc[0], rows["model"].iloc[0]]
    three = "p_down" in predictions
    assert set(table["direction"]) == ({-1, 0, 1} if three else {1})
    assert "buy_hold" not in set(table["model"]), "it says no probability"
    mine = predictions[(predictions["model"] == "logistic") & predictions["direction"].notna()]
    for label, column in {1: "p_up", **({0: "p_flat", -1: "p_down"} if three else {})}.items():
        of_one = table[(table["model"] == "logistic") & (table["direction"] == label)]
        assert of_one["mean_p"] @ of_one["rows"] == pytest.approx(mine[column].sum())
        assert of_one["share"] @ of_one["rows"] == pytest.approx((mine["direction"] == label).sum())


def test_confusion_is_that_of_scikit_learn(predictions: pd.DataFrame) -> None:
    table = confusion_table(predictions)
    rows = predictions[(predictions["model"] == "logistic") & (predictions["symbol"] == "walk")]
    rows = rows[rows["direction"].notna()]
    y = rows["direction"].to_numpy("int64")
    if "p_down" in rows:
        said = rows[["p_down", "p_flat", "p_up"]].to_numpy().argmax(axis=1) - 1
    else:
        said = (rows["p_up"] > 0.5).to_numpy("int64")
    mine = table[(table["model"] == "logistic") & (table["symbol"] == "walk")]
    expected = sk.confusion_matrix(y, said)
    assert mine["rows"].to_numpy().reshape(expected.shape).tolist() == expected.tolist()
    assert mine["share"].to_numpy() == pytest.approx((expected / expected.sum(axis=1, keepdims=True)).ravel())
    held = table[table["model"] == "buy_hold"]
    assert held.loc[held["said"] != 1, "rows"].sum() == 0


def test_the_picture_puts_what_came_within_its_interval(predictions: pd.DataFrame) -> None:
    table = reliability_table(predictions, ReliabilityConfig(4))
    lines = reliability_text(table).splitlines()
    assert sum(line.endswith((": up", ": flat", ": down")) for line in lines) == len(
        table.groupby(["symbol", "model", "direction"])
    )
    drawn = [line for line in lines if (OBSERVED in line or BOTH in line) and "interval" not in line]
    assert len(drawn) == len(table)
    for line, (_, row) in zip(drawn, table.iterrows(), strict=True):
        assert line.split()[:2] == [f"{row['mean_p']:.3f}", f"{row['share']:.3f}"]
        assert (PREDICTED in line) != (BOTH in line)
        came = max(line.find(OBSERVED), line.find(BOTH))
        said = max(line.find(PREDICTED), line.find(BOTH))
        assert (came - said) * (row["share"] - row["mean_p"]) >= 0


def test_at_the_command_line(made: str, tmp_path: Path) -> None:
    table = pd.read_csv(io.StringIO(run("reliability --bins 3 --edges width", made)))
    assert list(table.columns) == [
        *("symbol", "model", "direction", "p_low", "p_high", "rows", "mean_p", "share", "share_low"),
        "share_high",
    ]
    assert run("reliability --format table", made).startswith("sine ar1: ")
    assert run("confusion", made).splitlines()[0] == "symbol,model,direction,said,rows,share"
    assert "--bins" in run("reliability --bins 1", made, status=2).stderr
    assert "PLOT-FORMAT" in run("reliability --plot x.txt", made, status=2).stderr
    pytest.importorskip("matplotlib")
    run(f"reliability --plot {tmp_path / 'r.svg'}", made)
    drawn = (tmp_path / "r.svg").read_text()
    assert "logistic" in drawn
    assert "majority" not in drawn
    assert "PREDICTIONS" in run("reliability", "symbol,date\nA,2020-01-01\n", status=65).stderr
