"""What an audit changes and asks: test parts, decisions, stages, columns of the bars and coin flips."""

import numpy as np
import pandas as pd
import pytest

from signalcli.research.audit import audit as module
from signalcli.research.audit.audit import audit
from signalcli.research.audit.change import changed
from signalcli.research.audit.compare import snapshot
from signalcli.research.audit.finding import make_finding
from signalcli.research.audit.judge import judge
from signalcli.research.audit.probes.fits import MOST_DATES, TEST_ROWS, Block, _dates, _digits, _spread
from signalcli.research.audit.probes.given import probe_given
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.planted import _too_good
from signalcli.research.audit.probes.trading import _other_decisions
from signalcli.research.audit.stages.stage import Stage
from signalcli.testing import random_walk

DAYS = pd.date_range("2024-01-01", periods=40).astype("datetime64[us]")
FIRST = DAYS[0].to_datetime64()


def rows(**columns):
    """Two symbols of three dates each, the second one later."""
    base = {"symbol": list("AAABBB"), "date": DAYS[:6], "volume": 10.0}
    return pd.DataFrame(base | columns).astype({"symbol": "str"})


# ---- what is changed


def test_a_symbol_that_begins_later_repeats_no_other_one():
    erased = changed(rows(x=np.arange(6.0)), DAYS[1].to_datetime64(), "erase")
    assert erased["x"].tolist() == [0, 1, 1, 1, 1, 1]
    assert changed(rows(x=np.full(6, 7.0)), FIRST, "erase")["x"].tolist() == [7, 7, 7, 1, 1, 1]


def test_later_numbers_and_weights_are_far_larger_or_far_smaller():
    whole = rows(weight=np.ones(6))
    for change, low, high in (("up", 100, 1e5), ("down", 1e-5, 0.1)):
        found = changed(whole, DAYS[2].to_datetime64(), change)
        assert found["weight"][:3].tolist() == [1, 1, 1]
        assert found["weight"][3:].between(low, high).all()
        assert (found["volume"][3:] / 10).between(low, high).all()


def test_a_label_that_is_not_known_yet_is_turned_with_the_later_rows():
    """At the third date the labels of the first two rows are known, that of the third is not."""
    directions = pd.array([1, 1, 1, 1, 1, None], "Int8")
    whole = rows(direction=directions, forward_return=0.02, label_end=[*DAYS[1:6], pd.NaT])
    found = changed(whole, DAYS[2].to_datetime64(), "up")["direction"]
    assert found.tolist()[:5] == [1, 1, 0, 0, 0]
    assert pd.isna(found[5])


def test_decisions_from_a_date_on_are_others_and_bars_are_the_same():
    whole = rows(p_up=0.9)
    for factor, p in ((1000.0, 0.1), (0.001, 0.81)):
        other = _other_decisions(whole, DAYS[2].to_datetime64(), factor)
        assert other["p_up"].tolist() == pytest.approx([0.9, 0.9, p, p, p, p])
        assert other.drop(columns="p_up").equals(whole.drop(columns="p_up"))


# ---- what is asked of test parts


def block(fold, first, last):
    return Block(fold, DAYS[first:last].to_numpy())


def test_the_first_date_of_each_test_part_and_the_middle_of_the_last():
    found = _dates([block(1, 0, 10), block(2, 10, 20), block(3, 20, 30)])
    assert found == [DAYS[k].to_datetime64() for k in (0, 10, 20, 25)]


def test_of_many_test_parts_the_first_and_the_last_are_among_the_chosen():
    many = [block(k, k, k + 1) for k in range(40)]
    chosen = [one.fold for one in _spread(many)]
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 39, MOST_DATES)
    assert [one.fold for one in _spread(many[:MOST_DATES])] == list(range(MOST_DATES))


def test_the_digits_of_their_places_tell_the_later_rows_of_a_test_part_apart():
    """Places 1 to 4 of five dates: 1 and 3, 2 and 3, 4; the first date is never changed."""
    table = pd.DataFrame({"date": DAYS[:8]})
    found = [np.flatnonzero(digit).tolist() for digit in _digits(table, block(1, 1, 6))]
    assert found == [[2, 4], [3, 4], [5]]


# ---- what a finding names


def test_the_models_of_guilty_rows_are_named():
    table = pd.DataFrame(
        {"symbol": "A", "date": DAYS[:3].repeat(2), "model": list("mn") * 3, "fold": 1, "p_up": 0.5}
    ).astype({"symbol": "str", "model": "str"})
    guilt = Guilt(rows={(TEST_ROWS, "p_up"): np.array([1, 3])})
    stage = Stage("fit", "fit", lambda t: t)
    (finding,) = judge(stage, table, snapshot(table), guilt)
    assert finding.message == "2 rows of n change when rows after the first test date are changed"
    assert (finding.kind, finding.first_date) == ("test-rows", FIRST)


# ---- the chain


@pytest.fixture
def probes(monkeypatch):
    """The probes beside those of single stages, each of which tells its name."""

    def mark(kind):
        return lambda *_: iter([make_finding("x", kind, FIRST, None, "blind", kind)])

    for name in ("probe_given", "_probe_whole", "probe_canary", "probe_coin_flips"):
        monkeypatch.setattr(module, name, mark(name))


WALK = random_walk(30)
ONE = Stage("one", "rows", lambda t: t.assign(x=t["close"]), memory=1)
TWO = Stage("two", "rows", lambda t: t.assign(y=t["x"] * 2), memory=1)


def told(*chain, **options):
    found = audit(chain, WALK, **options)
    return [finding.column for finding in found.findings], [c.stage for c in found.coverage]


def test_bars_are_probed_first_and_planted_worlds_last(probes, monkeypatch):
    planted = ["probe_canary", "probe_coin_flips"]
    assert told(ONE, TWO) == (["probe_given", *planted], ["one", "two"])
    assert told(ONE, TWO, planted=False) == (["probe_given"], ["one", "two"])
    monkeypatch.setattr(module, "probe_given", lambda _: iter(()))
    assert told(ONE, TWO) == (["_probe_whole", *planted], ["one", "two"]), "where no stage is guilty"
    assert told(ONE, TWO, probed=[TWO], planted=False) == ([], ["two"]), "the second reads the first"


def test_a_stage_is_run_again_without_what_it_remembers():
    """Its second run is read from memory and equal; computed anew it differs."""
    counts = iter(range(1, 100))
    memory = Stage(
        "fit",
        "rows",
        lambda t: t.assign(x=0.0),
        repeat=lambda t, _: t.assign(x=float(next(counts))),
    )
    (finding,) = audit((memory,), WALK, planted=False).findings
    assert finding.kind == "random"


# ---- columns that came with the bars


def bars(n, seed=0, symbol="A"):
    """Closes whose returns and opens whose gaps are independent noise."""
    rng = np.random.default_rng(seed)
    returns, gaps = rng.normal(0, 0.01, n + 1), rng.normal(0, 0.01, n + 1)
    close = 100 * np.exp(np.cumsum(returns))
    opens = np.r_[100, close[:-1]] * np.exp(gaps)
    table = pd.DataFrame(
        {"symbol": symbol, "date": pd.date_range("2000-01-01", periods=n), "open": opens[:n]}
    )
    top, bottom = np.maximum(opens, close)[:n], np.minimum(opens, close)[:n]
    table = table.assign(high=top * 1.001, low=bottom * 0.999, close=close[:n], volume=1000.0)
    return table, returns[1:] / 0.01, gaps[1:] / 0.01, rng.normal(size=n)


@pytest.mark.parametrize("what", ["return", "gap"])
def test_a_column_that_knows_the_next_return_or_gap_is_accused(what):
    table, returns, gaps, noise = bars(400)
    knows = returns if what == "return" else gaps
    (finding,) = probe_given(table.assign(mine=knows + 0.5 * noise))
    assert (finding.column, finding.kind) == ("mine", "knows-next")
    assert finding.message.startswith("A: ")
    assert finding.message.endswith(f"with the next {what}")


def test_a_weak_relation_and_one_of_few_rows_accuse_nobody():
    """A correlation of .2 in 4,000 rows is sure but small; .7 in 60 rows is large but not sure."""
    table, returns, _, noise = bars(4000)
    assert list(probe_given(table.assign(mine=0.2 * returns + noise))) == []
    table, returns, _, noise = bars(60)
    assert list(probe_given(table.assign(mine=returns + noise))) == []


def test_symbols_are_judged_one_by_one():
    knows, returns, _, noise = bars(400, symbol="B")
    other, *_, own = bars(400, seed=1, symbol="A")
    both = pd.concat([other.assign(mine=own), knows.assign(mine=returns + 0.5 * noise)], ignore_index=True)
    (finding,) = probe_given(both)
    assert finding.message.startswith("B: ")


# ---- coin flips


def calls(n, right, horizon=1, unlabeled=0):
    """``n`` labeled rows that say up, so many of which rise, and rows without a label."""
    moves = np.r_[np.where(np.arange(n) < right, 0.01, -0.01), np.full(unlabeled, np.nan)]
    return pd.DataFrame({"model": "m", "p_up": 0.9, "forward_return": moves, "horizon": horizon})


@pytest.mark.parametrize(
    ("table", "alarms"),
    [
        (calls(1000, 650), 1),  # 9.5 standard errors
        (calls(1000, 350), 0),  # as far on the other side
        (calls(1000, 650, horizon=5), 0),  # 4.2 of labels that overlap
        (calls(1000, 650, unlabeled=1000), 1),  # rows without a label say nothing
        (calls(1000, 500, unlabeled=0), 0),
    ],
)
def test_coin_flips_that_are_called_right(table, alarms):
    found = list(_too_good(table, "fit"))
    assert len(found) == alarms
    if alarms:
        assert "m calls 65.0% of 1000 coin flips, 9 standard errors above one half" in found[0].message
