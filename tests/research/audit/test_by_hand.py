"""What an audit says of a few rows: which date is the first, which kind it is, and what is not told twice."""

import numpy as np
import pandas as pd
import pytest

from signalcli.research.audit.audit import Audit, Coverage, audit
from signalcli.research.audit.change import changed, changed_between, scale_rows
from signalcli.research.audit.compare import early_labels, moved, snapshot
from signalcli.research.audit.finding import make_finding
from signalcli.research.audit.judge import _name, _without_repeats, judge
from signalcli.research.audit.probes.fits import ANY, BORDER, TEST_LABELS, TEST_ROWS
from signalcli.research.audit.probes.fits import test_blocks as blocks_of
from signalcli.research.audit.probes.given import probe_given
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.rows import LABEL, LATER
from signalcli.research.audit.probes.trading import SAME_BAR
from signalcli.research.audit.report import unchecked_lines, verdict
from signalcli.research.audit.signals import compare_signals
from signalcli.research.audit.stages.memo import Memo
from signalcli.research.audit.stages.stage import Stage
from signalcli.testing import random_walk

DATES = pd.date_range("2024-01-01", periods=6).astype("datetime64[us]")
NOTHING = Guilt()


def table(**columns):
    """Two symbols of three dates each."""
    base = {"symbol": list("AAABBB"), "date": DATES[[3, 4, 5, 0, 1, 2]], "x": np.arange(6.0)}
    return pd.DataFrame(base | columns).astype({"symbol": "str"})


# ---- which date is the first


def test_the_first_date_is_the_earliest_of_all_symbols():
    """A is guilty from the fifth date on, B from the second: the rows of A stand first in the table."""
    base = snapshot(table())
    rows = np.array([1, 2, 4, 5])
    assert base.earliest(rows) == 4
    assert base.earliest(rows[:2]) == 1
    guilt = Guilt(rows={(LATER, "x"): rows})
    (finding,) = judge(Stage("s", "rows", lambda t: t), table(), base, guilt)
    assert (finding.column, finding.first_date) == ("x", DATES[1].to_datetime64())


def test_a_leak_of_two_symbols_is_dated_by_the_symbol_that_leaks_first():
    two = pd.concat([random_walk(60, 1, "AAA"), random_walk(60, 2, "BBB")], ignore_index=True)
    days = two["date"].to_numpy()[:60]

    def one(part):
        values, close = part["close"].to_numpy().copy(), part["close"].to_numpy()
        day = days[50 if part["symbol"].iloc[0].startswith("AAA") else 20]
        at = np.flatnonzero(part["date"].to_numpy()[:-2] == day)
        values[at] = close[at + 2]
        return part.assign(x=values)[["symbol", "date", "x"]]

    def run(bars):
        parts = [one(part) for _, part in bars.groupby("symbol", sort=False)]
        return pd.concat(parts).sort_values(["symbol", "date"], ignore_index=True)

    (finding,) = audit((Stage("s", "rows", run, memory=1),), two, planted=False).findings
    assert (finding.first_date, finding.reach, finding.kind) == (days[20], 2, "future-bar")
    assert finding.message.startswith("2 rows ")


def test_a_stage_that_differs_from_itself_is_dated_by_its_earliest_row():
    counts = iter(range(100))

    def run(rows):
        odd = np.isin(np.arange(len(rows)), [2, 4]) * next(counts)
        return rows.assign(x=rows["x"] + odd)

    bars = table(open=1.0, high=1.0, low=1.0, close=1.0, volume=1.0)
    (finding,) = audit((Stage("s", "rows", run),), bars, planted=False).findings
    assert (finding.kind, finding.first_date) == ("random", DATES[1].to_datetime64())


def test_differences_of_two_files_are_told_in_the_order_of_time():
    """p_up differs on the second date, the position on the first; only dates in both files count."""
    one = pd.DataFrame({"symbol": "A", "date": DATES, "model": "m", "p_up": 0.5, "position": 1.0})
    other = one.assign(p_up=[0.5, 0.6, 0.5, 0.5, 0.5, 0.5], position=[0.0, 1, 1, 1, 1, 1])
    found = compare_signals(one, other, ("a", "b"))
    assert [f.column for f in found] == ["position", "p_up"]
    late = compare_signals(one.iloc[1:], other, ("a", "b"))
    assert [f.column for f in late] == ["p_up"], "the first date is in one file alone"
    assert compare_signals(one.iloc[2:], other.iloc[:5], ("a", "b")) == []


def test_a_symbol_of_three_bars_with_a_column_of_its_own_is_too_short_to_accuse():
    bars = table(open=1.0, high=1.0, low=1.0, close=[1.0, 2, 3, 1, 2, 3], volume=1.0)
    assert list(probe_given(bars)) == []


# ---- which kind it is


@pytest.mark.parametrize(
    ("kind", "column", "ahead", "after", "expected"),
    [
        (LATER, "x", 3, 40, "future-bar"),
        (LATER, "x", 36, 40, "whole-sample"),
        (LATER, "x", 35, 40, "future-bar"),
        (LATER, "x", 4, 4, "future-bar"),  # too few dates follow to say more
        (LATER, "x", None, 40, "future-bar"),
        (LATER, "direction", 1, 40, "label"),
        (LABEL, "direction", 1, 40, "label"),
        (ANY, "p_up", 1, 40, "test-rows"),
        (TEST_LABELS, "p_up", 40, 40, "test-labels"),
        (SAME_BAR, "gross_return", 1, 40, "same-bar"),
    ],
)
def test_the_kind_of_a_finding(kind, column, ahead, after, expected):
    assert _name(kind, column, ahead, after) == expected


def test_what_follows_from_another_finding_is_not_told():
    rows = np.array([1])

    def kept(*keys):
        return set(_without_repeats(dict.fromkeys(keys, rows)))

    assert kept((ANY, "p_up"), (TEST_ROWS, "p_up"), (ANY, "other")) == {(TEST_ROWS, "p_up"), (ANY, "other")}
    assert kept((BORDER, "p_up"), (TEST_LABELS, "p_up")) == {(TEST_LABELS, "p_up")}
    assert kept((BORDER, "p_up"), (TEST_LABELS, "x")) == {(BORDER, "p_up"), (TEST_LABELS, "x")}
    assert kept((SAME_BAR, "gross_return"), (ANY, "equity"), (LATER, "cost")) == {
        (SAME_BAR, "gross_return"),
        (LATER, "cost"),
    }


def test_guilty_rows_of_several_changes_are_one_list():
    guilt = Guilt()
    guilt.add(LATER, {"x": np.array([4, 5])})
    guilt.add(LATER, {"x": np.array([1, 5])})
    for out in (None, 1, None):
        guilt.count(out)
    assert guilt.rows[LATER, "x"].tolist() == [1, 4, 5]
    assert (guilt.worlds, guilt.refused) == (3, 2)


# ---- what is changed


def test_what_is_unknown_stays_unknown_and_another_symbol_is_not_repeated():
    """After the third date of all: A has no earlier row, so its numbers become 1; B repeats its last one."""
    whole = table(x=[1.0, 2, np.nan, 4, 5, 6])
    erased = changed(whole, DATES[1].to_datetime64(), "erase")["x"]
    assert erased.tolist()[:2] == [1, 1]
    assert np.isnan(erased[2])
    assert erased.tolist()[3:] == [4, 5, 5]


def test_zeros_move_and_no_two_rows_move_alike():
    whole = table(x=np.zeros(6), volume=np.full(6, 10.0))
    up = scale_rows(whole, np.array([True] * 4 + [False] * 2), 1000.0)
    assert (up["x"][:4] != 0).all()
    assert up["x"][4:].tolist() == [0, 0]
    assert up["volume"][:4].nunique() == 4
    assert (up["volume"][:4] > 1000).all()
    assert (scale_rows(whole, np.ones(6, bool), 0.001)["volume"] < 1).all()


def labeled(directions, **columns):
    ends = DATES[[4, 5, 5, 1, 2, 3]]
    returns = np.where(np.array(directions) > 0, 0.02, -0.01)
    return table(direction=pd.array(directions, "Int8"), forward_return=returns, label_end=ends, **columns)


def test_turned_labels_have_the_other_return_and_three_classes_keep_flat():
    first = DATES[0].to_datetime64()
    two = changed(labeled([1, 0, 1, 0, 1, 0]), first, "labels")
    assert two["direction"].tolist() == [0, 1, 0, 0, 0, 1]
    assert two["forward_return"].tolist() == pytest.approx([-0.03, 0.015, -0.03, -0.01, -0.03, 0.015])
    three = changed(labeled([1, -1, 0, 0, 1, -1]), first, "labels")
    assert three["direction"].tolist() == [-1, 1, 0, 0, -1, 1]


def test_exchanged_labels_go_with_their_returns_and_stay_among_later_rows():
    whole = labeled([1, 0, 1, 0, 1, 0])
    whole["forward_return"] = np.arange(6.0) * np.where(whole["direction"] == 1, 1, -1)
    moved_ = changed(whole, DATES[0].to_datetime64(), "permute", seed=3)
    pairs = set(zip(whole["direction"], whole["forward_return"], strict=True))
    assert set(zip(moved_["direction"], moved_["forward_return"], strict=True)) == pairs
    assert moved_["forward_return"][3] == whole["forward_return"][3]
    assert moved_["forward_return"].tolist() != whole["forward_return"].tolist()


def test_a_change_between_two_dates_ends_with_the_second():
    """After the second date, up to the fourth: the third row of B and the first of A."""
    out = changed_between(table(volume=1.0), DATES[1].to_datetime64(), DATES[3].to_datetime64(), "features")
    assert (out["volume"] != 1).tolist() == [True, False, False, False, False, True]


# ---- what is compared


def test_a_label_is_early_before_its_end_and_not_at_it():
    """Cut at the third date: the second row of B ends there, the third one later."""
    whole = labeled([1, 0, 1, 0, 1, 0])
    cut = whole[whole["date"] <= DATES[2]].reset_index(drop=True)
    assert early_labels(snapshot(whole), snapshot(cut), DATES[2].to_datetime64()).tolist() == [5]


def test_dates_are_values_too_and_paths_are_keys():
    whole = table(settled=DATES)
    other = whole.assign(settled=[*DATES[:5], DATES[0]])
    assert moved(snapshot(whole), snapshot(other), DATES[5].to_datetime64())["settled"].tolist() == [5]
    paths = pd.concat([table(path=1), table(path=2, x=9.0)], ignore_index=True)
    swapped = paths.iloc[[*range(6, 12), *range(6)]].reset_index(drop=True)
    assert moved(snapshot(paths), snapshot(swapped), DATES[5].to_datetime64()) == {}


def test_rounding_is_that_of_a_column_and_no_more():
    """A column of a mean size of 1: 1e−12 more of a value near 0 is rounding, 1e−9 is not."""
    base = table(x=[1e-15, 2.0, 1, 1, 1, 1])
    for added, found in ((5e-13, []), (1e-9, [0])):
        other = table(x=[1e-15 + added, 2.0, 1, 1, 1, 1])
        moves = moved(snapshot(base), snapshot(other), DATES[5].to_datetime64(), rounding=True)
        assert moves.get("x", np.zeros(0)).tolist() == found


def test_a_column_that_is_gone_counts_where_it_was_known():
    base = table(x=[np.nan, 1.0, 2, 3, 4, 5])
    found = moved(snapshot(base), snapshot(base.drop(columns="x")), DATES[5].to_datetime64())
    assert found["x"].tolist() == [1, 2, 3, 4, 5]


# ---- what is said, and what is remembered


def test_what_was_not_checked_or_refused_is_said():
    coverage = [
        Coverage("features", 5, 6, 2, 30, 0),
        Coverage("fit", 2, 2, 1, 1, 1),
        Coverage("backtest", 6, 6, 1, 9, 0),
    ]
    assert unchecked_lines(Audit([], coverage)) == [
        "features: 1 of 6 rows were not checked one by one",
        "fit: 1 of 1 changed table were refused and show nothing",
    ]
    leak = make_finding("fit", "p_up", DATES[2].to_datetime64(), 1, "test-rows", "text")
    assert verdict(Audit([leak, leak], coverage)) == (
        "2 leaks: fit, column p_up, first on 2024-01-03 (test-rows)."
    )


def test_test_parts_are_spans_of_dates_of_each_fold_once():
    """Two symbols share the first fold; the second fold has other dates in each."""
    rows = pd.DataFrame(
        {
            "symbol": list("AAABBB"),
            "date": DATES[[0, 1, 2, 0, 1, 3]],
            "model": "m",
            "fold": [1, 1, 2, 1, 1, 2],
            "p_up": 0.5,
        }
    ).astype({"symbol": "str", "model": "str"})
    blocks = blocks_of(snapshot(rows))
    assert [(block.fold, block.dates.tolist()) for block in blocks] == [
        (1, DATES[[0, 1]].to_numpy().tolist()),
        (2, DATES[[2]].to_numpy().tolist()),
        (2, DATES[[3]].to_numpy().tolist()),
    ]


class Estimator:
    """Knows its parameters and how often one of its kind was fitted."""

    fits = 0

    def __init__(self, depth):
        self.depth = depth

    def get_params(self):
        return {"depth": self.depth}

    def fit(self, X, y, sample_weight=None):
        Estimator.fits += 1
        return self


@pytest.fixture
def memo(monkeypatch):
    def fit_rows(estimator, X, y, weight):
        return estimator.fit(X, y, weight)

    monkeypatch.setattr("signalcli.research.audit.stages.memo.fit_with_weights", fit_rows)
    Estimator.fits = 0
    return Memo()


def test_a_fit_is_remembered_by_its_parameters_rows_labels_and_weights(memo):
    X, y, weight = np.zeros((3, 2)), np.array([0, 1, 0]), np.ones(3)
    first = memo(Estimator(1), X, y, weight)
    assert memo(Estimator(1), X.copy(), y.copy(), weight.copy()) is first
    others = [
        (Estimator(2), X, y, weight),
        (Estimator(1), X + 1, y, weight),
        (Estimator(1), X.reshape(2, 3), y, weight),
        (Estimator(1), X, 1 - y, weight),
        (Estimator(1), X, y, 2 * weight),
        (Estimator(1), X, y, None),
    ]
    assert all(memo(*one) is not first for one in others)
    assert Estimator.fits == 1 + len(others)
