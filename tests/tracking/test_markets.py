"""Which data are the same market: every edit of a file is, another series is not."""

import sqlite3
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import edited_bars as worlds
from signalcli.tracking import luck, markets
from signalcli.tracking.market_patterns import find_patterns
from signalcli.tracking.markets import Dataset

EMPTY = luck.join([])


@pytest.fixture
def ledger() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    markets.create(connection)
    yield connection
    connection.close()


def add(ledger: sqlite3.Connection, name: str, table: pd.DataFrame, sketch: np.ndarray = EMPTY) -> None:
    markets.add(ledger, {name: Dataset(find_patterns(table), sketch)})


def market_of(ledger: sqlite3.Connection, name: str) -> int:
    return int(ledger.execute("select market from datasets where data_hash = ?", (name,)).fetchone()[0])


def check_edits(ledger: sqlite3.Connection, seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    base = worlds.bars(rng)
    add(ledger, "base", base)
    home = market_of(ledger, "base")
    for _ in range(number):
        table, edits = worlds.edited(base, rng)
        assert home in markets.find(ledger, find_patterns(table)), edits


@pytest.mark.parametrize("edit", worlds.EDITS, ids=lambda edit: edit.__name__)
def test_each_edit_is_the_same_market(ledger: sqlite3.Connection, edit: worlds.Edit) -> None:
    rng = np.random.default_rng(3)
    base = worlds.bars(rng)
    add(ledger, "base", base)
    for _ in range(3):
        assert markets.find(ledger, find_patterns(edit(base, rng).reset_index(drop=True))) == [1]


def test_edits_in_a_row_are_the_same_market(ledger: sqlite3.Connection) -> None:
    check_edits(ledger, seed=1, number=40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_edits_are_the_same_market(ledger: sqlite3.Connection, seed: int) -> None:
    check_edits(ledger, 100 + seed, 100)


def test_other_series_are_other_markets(ledger: sqlite3.Connection) -> None:
    rng = np.random.default_rng(2)
    for number in range(30):
        add(ledger, str(number), worlds.bars(rng, 2000))
    assert ledger.execute("select count(*) from markets").fetchone() == (30,)


def test_a_stock_that_moves_with_another_is_another_market(ledger: sqlite3.Connection) -> None:
    rng = np.random.default_rng(4)
    common, own = rng.standard_t(4, (2, 2000)) * 0.01
    dates = pd.bdate_range("2000-01-03", periods=2000)
    one = pd.DataFrame({"date": dates, "close": 100 * np.exp(np.cumsum(common))})
    other = one.assign(close=100 * np.exp(np.cumsum(0.8 * common + 0.6 * own)))
    add(ledger, "one", one)
    assert not markets.find(ledger, find_patterns(other))


def test_data_that_connect_two_markets_make_them_one(ledger: sqlite3.Connection) -> None:
    rng = np.random.default_rng(5)
    base = worlds.bars(rng, 900)
    low, high = np.zeros(luck.DRAWS, "float32"), np.ones(luck.DRAWS, "float32")
    add(ledger, "early", base.iloc[:300], low)
    add(ledger, "late", base.iloc[600:].reset_index(drop=True), high)
    assert market_of(ledger, "early") != market_of(ledger, "late")
    add(ledger, "middle", base.iloc[150:750].reset_index(drop=True))
    assert len({market_of(ledger, name) for name in ("early", "late", "middle")}) == 1
    assert ledger.execute("select count(*) from markets").fetchone() == (1,)
    assert luck.expected_best(markets.luck_of(ledger, [market_of(ledger, "early")])) == 1.0
    assert markets.find(ledger, find_patterns(base.iloc[:200])) == [market_of(ledger, "late")]


@pytest.mark.parametrize(("left_out", "match"), [([], False), ([0], True), ([49], True)])
def test_one_shared_pattern_is_enough_below_fifty_in_the_span(
    ledger: sqlite3.Connection, left_out: list[int], match: bool
) -> None:
    """The span ends with its first and last day: fifty patterns in it need two, forty-nine need one."""
    ledger.execute("insert into markets values (1, 0, 100, null)")
    days = np.delete(np.r_[np.arange(49), 100], left_out)
    assert markets._is_match(ledger, 1, {0: 1}, days) == match
    assert markets._is_match(ledger, 1, {7: 1}, days + 7) == match, "whatever the shift"


@pytest.mark.parametrize(
    ("shared", "match"),
    [({0: 1, 1: 1}, True), ({0: 1, 2: 1}, False), ({9: 1, 10: 2}, True), ({9: 1, 10: 1}, False)],
)
def test_two_shifts_are_one_when_they_differ_by_a_day(
    ledger: sqlite3.Connection, shared: dict[int, int], match: bool
) -> None:
    """Of fifty patterns and more, two have to be shared within a week, three beyond."""
    ledger.execute("insert into markets values (1, 0, 100, null)")
    assert markets._is_match(ledger, 1, shared, np.arange(10, 70)) == match


def test_a_pattern_has_a_code_and_a_day_however_few_bars() -> None:
    for number in range(2, 16):
        found = find_patterns(worlds.bars(np.random.default_rng(6), number))
        assert found.codes.shape == found.days.shape


def test_few_bars_have_no_market(ledger: sqlite3.Connection) -> None:
    add(ledger, "few", worlds.bars(np.random.default_rng(6), 4))
    assert ledger.execute("select count(*) from datasets").fetchone() == (0,)


def test_patterns_by_hand() -> None:
    """Thirteen returns; the largest is the seventh, and the six largest are placed 6, 0, 12, 3, 9, 1."""
    moves = [0.05, 0.01, 0.001, 0.03, 0.002, 0.003, 0.06, 0.004, 0.0005, 0.02, 0.0006, 0.0007, 0.04]
    closes = 100 * np.exp(np.cumsum([0, *moves]))
    table = pd.DataFrame({"date": pd.date_range("1970-01-01", periods=14), "close": closes})
    found = find_patterns(table)
    ranks = [(c, d) for c, d in zip(*found, strict=True) if c > 0]
    assert ranks == [(1 + 6 + 0 * 13 + 12 * 13**2 + 3 * 13**3 + 9 * 13**4 + 1 * 13**5, 7)]
    pairs = {(int(c), int(d)) for c, d in zip(*found, strict=True) if c < 0}
    assert pairs == {
        (-(a * 2**31 + b), d) for a, b, d in ((30000, 2000, 4), (60000, 4000, 7), (20000, 600, 10))
    }
