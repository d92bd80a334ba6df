"""A universe that changes: who is a member when, what is sealed, and where positions are closed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from shell import run
from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.trades import list_trades
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.data.universe import (
    are_members,
    closing_lines,
    closing_rows,
    longest_pause,
    mark_members,
    read_universe,
    seal_outside,
    universe_lines,
    within_universe,
)
from signalcli.errors import DataError, NoInputError
from signalcli.features.build import build
from signalcli.training.plan import make_plan
from signalcli.training.walk_forward import walk_forward

SPEC = FeatureConfig(
    window=2, sets=("lags", "cross"), lags=(0, 1), channels=("ret",), close_time=("16:00@America/New_York",)
)
FIT, FOLDS = FitConfig(models=("logistic",), pooled=True), FoldConfig(folds=3)


def universe(*spells: tuple[str, str, str | None]) -> pd.DataFrame:
    table = pd.DataFrame(spells, columns=["symbol", "from", "until"])
    return table.astype({"from": "datetime64[us]", "until": "datetime64[us]"})


def panel(symbols: int = 4, rows: int = 120) -> pd.DataFrame:
    return pd.concat([random_bars(rows, symbol=f"S{i}") for i in range(symbols)], ignore_index=True)


def spells_of(bars: pd.DataFrame) -> pd.DataFrame:
    """S0 always, S1 twice, S2 from the middle on, S3 never."""
    d = np.sort(bars["date"].unique())
    first, second = ("S1", str(d[0]), str(d[50])), ("S1", str(d[70]), str(d[100]))
    return universe(("S0", "1990-01-01", None), first, second, ("S2", str(d[60]), None))


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_both_days_of_a_spell_are_included_and_an_empty_end_is_open(tmp_path):
    file = write(tmp_path / "u.csv", "symbol,from,until\nS0,2020-01-03,2020-01-07\nS0,2020-01-09,\n")
    bars = panel(1, 8)  # from Wednesday 2020-01-01 on
    marked = mark_members(bars, read_universe(file))
    assert marked["member"].tolist() == [0, 0, 1, 1, 1, 0, 1, 1]


def test_the_days_of_bars_within_a_day_count():
    bars = synthetic_bars("walk", rows=21, start="2020-01-02", interval="1h")
    marked = mark_members(bars, universe(("walk", "2020-01-03", "2020-01-03")))
    assert marked["member"].tolist() == [0] * 7 + [1] * 7 + [0] * 7


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("symbol,from\nA,2020-01-01\n", DataError, "no column until"),
        ("symbol,from,until\nA,2020-02-01,2020-01-01\n", DataError, "A is a member from 2020-02-01 until"),
        ("symbol,from,until\nA,,2020-01-01\n", DataError, "1 of 1 rows have no from"),
        ("symbol,from,until\nA,01/02/2020,\n", DataError, "CSV-DATE|01/02/2020"),
        ("symbol,from,until\n", DataError, "no rows"),
    ],
)
def test_a_table_that_is_no_universe_is_refused(tmp_path, text, error, words):
    with pytest.raises(error, match=words):
        read_universe(write(tmp_path / "u.csv", text))
    with pytest.raises(NoInputError):
        read_universe(str(tmp_path / "none.csv"))
    with pytest.raises(DataError, match="no row is inside"):
        mark_members(panel(), universe(("X", "2020-01-01", None)))


@given(st.integers(0, 2**31))
@settings(max_examples=10, deadline=None)
def test_members_are_those_of_a_plain_loop(seed):
    rng, bars = np.random.default_rng(seed), panel(3, 30)
    days = [str(d)[:10] for d in np.sort(bars["date"].unique())]
    spells = [
        (f"S{rng.integers(4)}", days[a], days[a + rng.integers(0, 30 - a)] if rng.random() < 0.7 else None)
        for a in rng.integers(0, 30, 4)
    ]
    expected = [
        int(any(s == row.symbol and a <= str(row.date)[:10] <= (b or "9") for s, a, b in spells))
        for row in bars.itertuples()
    ]
    if any(expected):
        assert mark_members(bars, universe(*spells))["member"].tolist() == expected


def test_what_is_outside_is_counted_and_named():
    bars = panel()
    spells = pd.concat([spells_of(bars), universe(("GONE", "2020-01-01", None))])
    outside, missing = universe_lines(mark_members(bars, spells), spells)
    assert outside.startswith(
        "218 of 480 rows are outside the universe"
    )  # 19 + 19 of S1, 60 of S2, 120 of S3
    assert outside.endswith("never in it: S3")
    assert missing == "1 symbol of the universe have no bars: GONE"


def test_features_compare_members_only():
    bars = panel()
    marked = mark_members(bars, spells_of(bars))
    table = build(marked, SPEC)
    inside = are_members(table)
    alone = build(bars[are_members(marked)], SPEC)  # the same members, without the bars outside
    both = table.merge(alone, on=["symbol", "date"], suffixes=("", "_alone"))
    d = np.sort(bars["date"].unique())  # where members begin, the bar before is known or not
    both = both[both["ret_rank_alone"].notna() & ~both["date"].isin([d[60], d[70]])]
    np.testing.assert_array_equal(both["ret_rank"], both["ret_rank_alone"])
    assert table.loc[~inside, ["market_ret", "ret_rank"]].isna().all(axis=None)
    assert table.loc[~inside, ["direction", "label_end", "forward_return"]].isna().all(axis=None)
    assert table.loc[~inside, "ret_lag0"].notna().sum() > 200  # history is known


def test_no_row_outside_is_trained_on_or_predicted():
    bars = panel()
    table = build(mark_members(bars, spells_of(bars)), SPEC)
    inside = set(table.loc[are_members(table), ["symbol", "date"]].itertuples(index=False, name=None))
    for group in make_plan(table, FIT, FOLDS).groups:
        for fold in group.folds:
            rows = group.rows.iloc[fold.train]
            assert set(rows[["symbol", "date"]].itertuples(index=False, name=None)) <= inside
    predictions = walk_forward(table, FIT, FOLDS)
    outside = ~are_members(predictions)
    assert outside.any()
    assert predictions.loc[outside, "p_up"].isna().all()
    assert predictions.loc[~outside, "p_up"].notna().all()
    assert set(predictions["symbol"]) == {"S0", "S1", "S2"}


def test_a_universe_at_the_fit_is_that_at_the_features():
    bars = panel()
    spec = FeatureConfig(window=2, sets=("lags",), lags=(0, 1), channels=("ret",))
    spells = spells_of(bars)
    one = walk_forward(build(mark_members(bars, spells), spec), FIT, FOLDS)
    other = walk_forward(mark_members(build(bars, spec), spells), FIT, FOLDS)
    pd.testing.assert_frame_equal(one, other[one.columns])


def test_rows_end_one_after_the_last_membership():
    bars = panel().sort_values(["date", "symbol"])
    kept = within_universe(mark_members(bars, spells_of(bars)))
    assert kept["symbol"].value_counts().to_dict() == {"S0": 120, "S1": 102, "S2": 60}
    assert within_universe(bars) is bars


def test_positions_close_where_a_spell_or_a_symbol_ends():
    bars = panel()
    d = np.sort(bars["date"].unique())
    bars = bars[(bars["symbol"] != "S2") | (bars["date"] <= d[90])]  # S2 is delisted
    marked = mark_members(bars, spells_of(bars))
    closing = marked[closing_rows(marked)]
    assert closing["symbol"].tolist() == ["S1", "S1", "S2"]
    assert closing["date"].tolist() == [pd.Timestamp(d[i]) for i in (50, 100, 90)]
    (line,) = closing_lines(marked)
    assert line.startswith(
        "positions in 2 symbols are closed at their last close: S1 2020-05-20, S2 2020-05-06"
    )
    assert not closing_rows(bars).any()


def with_forecasts(bars: pd.DataFrame) -> pd.DataFrame:
    """The rows with a forecast that is always up."""
    return bars.assign(
        model="tree",
        fold=1,
        horizon=1,
        p_up=0.9,
        forward_return=0.0,
        direction=0,
        label_end=bars["date"],
    )


def always_long(bars: pd.DataFrame) -> pd.DataFrame:
    marked = mark_members(bars, spells_of(bars))
    return seal_outside(with_forecasts(marked)).astype({"direction": "Int8"})


@pytest.mark.parametrize(
    "rule", [{}, {"fill": "close"}, {"stop_loss": 0.9}, {"hold": 3}, {"sizing": "probability"}]
)
def test_the_account_holds_nothing_outside_and_pays_for_leaving(rule):
    bars = panel()
    rule = TradingRule(cost_bps=10, **({"hold": 1} | rule))
    table = always_long(bars)
    returns = backtest(table, rule)
    inside, closing = are_members(returns), closing_rows(returns)
    assert (returns.loc[~inside | closing, "position"] == 0).all()
    assert (returns.loc[~inside, ["turnover", "gross_return", "cost", "net_return"]] == 0).all(axis=None)
    of_s1 = returns.query("symbol == 'S1' and model == 'tree'").reset_index(drop=True)
    assert of_s1["turnover"].iloc[50] == pytest.approx(1.0 if rule.sizing == "sign" else 0.8)
    assert of_s1["cost"].iloc[50] == pytest.approx(of_s1["turnover"].iloc[50] / 1000)
    if rule.sizing == "sign" and rule.hold == 1 and rule.fill == "next_open":
        own = bars.query("symbol == 'S1'").reset_index(drop=True)
        gained = own["close"].iloc[50] / own["open"].iloc[1] * (1 - 1e-3) ** 2
        assert of_s1["equity"].iloc[50] == pytest.approx(gained, rel=1e-12)


def ends_of(*dates_of_symbols: list[str]) -> list[str]:
    """Dates of the closing rows of the first symbol, all of it inside the universe."""
    parts = [
        pd.DataFrame({"symbol": f"S{i}", "date": pd.to_datetime(dates).as_unit("us")})
        for i, dates in enumerate(dates_of_symbols)
    ]
    table = pd.concat(parts, ignore_index=True).assign(member=1)
    rows = table[closing_rows(table)]
    return [f"{date:%m-%d}" for date in rows.loc[rows["symbol"] == "S0", "date"]]


@pytest.mark.parametrize(
    ("own", "last", "closed"),
    [
        (["01-01", "01-02", "01-05"], "01-08", []),  # three days, as long as its longest pause
        (["01-01", "01-02", "01-05"], "01-09", ["01-05"]),  # four, longer than that
        (["01-01", "01-02", "01-03"], "01-05", ["01-03"]),  # it never paused, whatever others may
        (["01-01", "02-01"], "02-15", []),  # a pause of a month counts as 14 days
        (["01-01", "02-01"], "02-16", ["02-01"]),
        (["01-05"], "01-06", ["01-05"]),  # one bar shows no pause
    ],
)
def test_a_symbol_has_ended_when_it_is_silent_for_longer_than_it_ever_was(own, last, closed):
    days = pd.date_range("2024-01-01", f"2024-{last}")
    assert ends_of([f"2024-{day}" for day in own], [str(day) for day in days]) == closed


@pytest.mark.parametrize(("last", "closed"), [("2024-04-30", []), ("2024-05-31", ["03-31"])])
def test_one_bar_of_a_month_may_be_missing(last, closed):
    own = ["2024-01-31", "2024-02-29", "2024-03-31"]
    others = [d for d in [*own, "2024-04-30", "2024-05-31"] if d <= last]
    assert ends_of(own, others) == closed


def test_the_longest_pause_is_a_bar_more_where_bars_are_long():
    days = {"D": 14, "W-FRI": 21, "MS": 14 + 31, "QS": 14 + 91.5}
    of = {k: longest_pause([pd.date_range("2023-01-06", "2024-12-31", freq=k).to_numpy()]) for k in days}
    assert {k: v / np.timedelta64(1, "D") for k, v in of.items()} == days
    assert longest_pause([np.array(["2024-01-01"], "datetime64[us]")]) == np.timedelta64(14, "D")


def test_a_row_without_a_mark_is_outside():
    table = pd.DataFrame({"member": pd.array([1, None, 0], dtype="Int8")})
    assert are_members(table).tolist() == [True, False, False]


def test_a_spell_of_one_day_is_one(tmp_path):
    source = write(tmp_path / "u.csv", "symbol,from,until\nA,2024-01-02,2024-01-02\n")
    assert len(read_universe(source)) == 1


def test_neither_labels_nor_forecasts_are_left_outside():
    names = ["forward_return", "direction", "label_end", "p_up", "p_flat", "p_down", "band"]
    table = pd.DataFrame({name: [1.0, 1.0] for name in names} | {"member": [1, 0], "close": [5.0, 6.0]})
    sealed = seal_outside(table)
    assert sealed[names].isna().to_numpy().tolist() == [[False] * 7, [True] * 7]
    assert sealed["close"].tolist() == [5.0, 6.0]


def test_a_trade_ends_with_its_symbol():
    trades = list_trades(always_long(panel()), TradingRule(cost_bps=0)).query("model == 'tree'")
    ends = trades.query("symbol == 'S1'")
    assert ends["exit"].tolist() == ["end", "end"]
    own = panel().query("symbol == 'S1'").reset_index(drop=True)
    assert ends["exit_price"].tolist() == own["close"].iloc[[50, 100]].tolist()
    assert ends["gross_return"].iloc[0] == pytest.approx(own["close"].iloc[50] / own["open"].iloc[1] - 1)
    assert trades.query("symbol == 'S0'")["exit"].tolist() == ["open"]


def survivors_and_all(symbols: int = 60, rows: int = 750) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bars of a panel without drift whose losers are delisted, and its universe."""
    parts = [synthetic_bars("walk", symbol=f"S{i:02d}", rows=rows, delist=0.85) for i in range(symbols)]
    bars = pd.concat(parts, ignore_index=True)
    last = bars.groupby("symbol")["date"].max()
    until = last.where(last < bars["date"].max())
    spells = [(s, "2000-01-01", None if pd.isna(u) else str(u)) for s, u in until.items()]
    return bars, universe(*spells)


def test_survivors_alone_have_an_edge_that_the_universe_does_not_have():
    bars, spells = survivors_and_all()
    alive = spells.loc[spells["until"].isna(), "symbol"]
    assert 10 < len(alive) < 40

    def mean_of_long(table: pd.DataFrame) -> tuple[float, float]:
        p = with_forecasts(table)
        r = backtest(p.astype({"direction": "Int8"}), TradingRule(cost_bps=0)).query("model == 'tree'")
        return r["gross_return"].mean(), r["gross_return"].std() / np.sqrt(len(r))

    trap, error = mean_of_long(bars[bars["symbol"].isin(alive)])
    assert trap > 3 * error
    honest, error = mean_of_long(mark_members(bars, spells))
    assert abs(honest) < 2 * error


def test_the_command_line_counts_what_is_outside(tmp_path):
    file = write(tmp_path / "u.csv", "symbol,from,until\nS1,2000-01-03,2000-04-28\nS2,2000-01-03,\n")
    bars = str(tmp_path / "b.csv")
    run(f"fetch S1..S3 --source synthetic --process walk --rows 120 -o {bars}")
    made = run(f"features {bars} --window 3 --universe {file}")
    assert "never in it: S3" in made.stderr
    fitted = run("fit --model logistic --folds 2 --pooled --ledger off", made)
    assert "S3" not in fitted
    traded = run(f"backtest --ledger off --universe {file}", fitted)
    assert traded == run("backtest --ledger off", fitted)
    assert "closed at their last close: S1 2000-04-28" in traded.stderr
    fetched = "S1..S3 --source synthetic --process walk --rows 120"
    fits = "--window 3 --model logistic --folds 2 --pooled --ledger off"
    assert run(f"run {fetched} {fits} --universe {file}") == traded


def test_blanks_around_a_symbol_are_no_part_of_it(tmp_path):
    file = tmp_path / "members.csv"
    file.write_text("symbol,from,until\n A,2020-01-01,\nB ,2020-01-01,2020-02-01\n")
    universe = read_universe(str(file))
    assert universe["symbol"].tolist() == ["A", "B"]
    assert are_members(mark_members(random_bars(5, symbol="A"), universe)).all()
