"""Other series beside bars: a plain loop says the same, and no row knows what was not released."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from random_bars import random_bars
from shell import run
from signalcli.config.join import JoinConfig
from signalcli.data.join.join import join
from signalcli.data.join.side import make_side
from signalcli.errors import DataError, UsageError

FAST = (Phase.explicit, Phase.generate)
NEW_YORK = "16:00@America/New_York"
MACRO = """released_at,date,cpi
2020-01-10,2019-12-31,1.0
2020-02-10,2020-01-31,2.0
2020-02-12,2019-12-31,1.5
2020-02-20,2020-01-31,2.5
"""


def side(rows, columns=("released_at", "value"), **settings):
    return make_side(pd.DataFrame(rows, columns=columns), "side.csv", 0, JoinConfig(**settings))


def joined(bars, *sides, closes=(), **settings):
    return join(bars, sides, JoinConfig(**settings), closes).bars


def bars_at(*dates, symbol="AAA"):
    return random_bars(len(dates), symbol=symbol).assign(date=pd.to_datetime(list(dates)).as_unit("us"))


def cells(bars, *sides, name="value", **settings):
    return [None if pd.isna(v) else v for v in joined(bars, *sides, **settings)[name]]


# ---- when a value is known


def test_a_release_on_the_day_of_a_row_counts_from_the_next_row_on():
    bars = bars_at("2024-03-01", "2024-03-04", "2024-03-05")
    assert cells(bars, side([("2024-03-04", 1.0)])) == [None, None, 1.0]
    assert cells(bars, side([("2024-03-04T08:30:00Z", 1.0)])) == [None, None, 1.0]
    assert cells(bars, side([("2024-03-03T23:59:59Z", 1.0)])) == [None, 1.0, 1.0]


@pytest.mark.parametrize(
    ("released", "seen"),
    [
        ("2024-03-04T20:59:59Z", True),
        ("2024-03-04T21:00:00Z", True),
        ("2024-03-04T21:00:01Z", False),
        ("2024-03-04 15:59:00-05:00", True),
        ("2024-03-04 16:00:01-05:00", False),
        ("2024-03-04", False),
    ],
)
def test_with_the_close_a_release_before_it_is_known_on_the_day(released, seen):
    bars = bars_at("2024-03-04", "2024-03-05")
    assert cells(bars, side([(released, 1.0)]), closes=[NEW_YORK]) == [1.0 if seen else None, 1.0]


def test_the_close_follows_summer_time():
    bars = bars_at("2024-03-08", "2024-03-11", "2024-03-12")
    table = side([("2024-03-11T20:00:01Z", 1.0)])  # 16:00:01 in New York, whose clocks went forward
    assert cells(bars, table, closes=[NEW_YORK]) == [None, None, 1.0]


def test_each_symbol_has_its_own_close():
    tokyo = bars_at("2024-03-04", "2024-03-05", symbol="7203.T")
    bars = pd.concat([tokyo, bars_at("2024-03-04", "2024-03-05", symbol="IBM")], ignore_index=True)
    table = side([("2024-03-04T13:30:00Z", 1.0)])
    closes = ["7203.T=15:00@Asia/Tokyo", f"IBM={NEW_YORK}"]
    assert cells(bars, table, closes=closes) == [None, 1.0, 1.0, 1.0]


def test_an_intraday_row_sees_what_was_released_up_to_its_date():
    bars = bars_at("2024-03-04 14:30", "2024-03-04 15:30", "2024-03-05 14:30")
    assert cells(bars, side([("2024-03-04T15:00:00Z", 1.0)])) == [None, 1.0, 1.0]
    assert cells(bars, side([("2024-03-04T15:30:00Z", 1.0)])) == [None, 1.0, 1.0]
    assert cells(bars, side([("2024-03-04", 1.0)])) == [None, None, 1.0]


def test_a_day_ends_in_the_zone_of_the_releases():
    bars = bars_at("2024-03-04 20:00", "2024-03-05 04:00", "2024-03-05 06:00")
    assert cells(bars, side([("2024-03-04", 1.0)]), release_zone="America/New_York") == [None, None, 1.0]


def test_a_time_without_a_zone_is_that_of_the_releases():
    bars = bars_at("2024-03-04 13:00", "2024-03-04 14:00")
    table = side([("2024-03-04 08:30", 1.0)], release_zone="America/New_York")
    assert cells(bars, table, release_zone="America/New_York") == [None, 1.0]


def test_midnights_with_a_zone_are_moments_and_midnights_without_are_days():
    bars = bars_at("2024-03-04 03:00", "2024-03-04 05:00", "2024-03-05 00:00")
    assert cells(bars, side([("2024-03-04 00:00:00-05:00", 1.0)])) == [None, 1.0, 1.0]
    assert cells(bars, side([("2024-03-04 00:00:00", 1.0)])) == [None, None, 1.0]


def test_days_and_times_stand_in_one_column():
    bars = bars_at("2024-03-04 14:30", "2024-03-05 14:30")
    assert cells(bars, side([("2024-03-04T14:00:00Z", 1.0), ("2024-03-04", 2.0)])) == [1.0, 2.0]


def test_a_column_of_dates_is_read_as_one():
    bars = bars_at("2024-03-04", "2024-03-05")
    zoned = pd.DataFrame({"released_at": pd.to_datetime(["2024-03-04T20:00:00Z"]), "value": [1.0]})
    plain = pd.DataFrame({"released_at": pd.to_datetime(["2024-03-04"]), "value": [1.0]})
    for table, seen in ((zoned, [1.0, 1.0]), (plain, [None, 1.0])):
        assert cells(bars, make_side(table, "t", 0, JoinConfig()), closes=[NEW_YORK]) == seen


# ---- revisions


def test_a_revision_is_seen_from_its_own_release_on_and_an_old_period_never_again():
    bars = bars_at("2020-01-10", "2020-01-13", "2020-02-11", "2020-02-13", "2020-02-20", "2020-02-21")
    table = pd.DataFrame(
        [line.split(",") for line in MACRO.splitlines()[1:]], columns=MACRO.split(maxsplit=1)[0].split(",")
    )
    own = make_side(table.assign(cpi=table["cpi"].astype(float)), "macro.csv", 0, JoinConfig())
    assert cells(bars, own, name="cpi") == [None, 1.0, 2.0, 2.0, 2.0, 2.5]


def test_without_periods_the_last_release_counts():
    bars = bars_at("2020-02-11", "2020-02-13")
    rows = [("2020-02-10", "2020-01-31", 2.0), ("2020-02-12", "2019-12-31", 1.5)]
    columns = ("released_at", "date", "value")
    assert cells(bars, side(rows, columns)) == [2.0, 2.0]
    plain = side([(r, v) for r, _, v in rows])
    assert cells(bars, plain) == [2.0, 1.5]
    dashed = make_side(
        pd.DataFrame(rows, columns=columns), "t", 0, JoinConfig(on_period=("-",), prefix=("x_",))
    )
    assert cells(bars, dashed, name="x_value") == [2.0, 1.5]


@pytest.mark.parametrize(
    "periods", [("2023Q4", "2024Q1"), (2023, 2024), ("2023-12", "2024-01"), ("2023", "2024")]
)
def test_periods_are_dates_quarters_or_numbers(periods):
    rows = [("2024-02-01", periods[1], 2.0), ("2024-02-05", periods[0], 1.0)]
    assert cells(bars_at("2024-02-06"), side(rows, ("released_at", "period", "value"))) == [2.0]


def test_an_empty_cell_is_no_release():
    rows = [("2020-01-10", 1.0, None), ("2020-01-20", None, 3.0)]
    out = joined(bars_at("2020-01-13", "2020-01-21"), side(rows, ("released_at", "a", "b")))
    assert out["a"].tolist() == [1.0, 1.0]
    assert out["b"].isna().tolist() == [True, False]


# ---- symbols, names, ages


def test_a_symbol_gets_its_own_values():
    bars = pd.concat([bars_at("2020-01-13"), bars_at("2020-01-13", symbol="BBB")], ignore_index=True)
    table = side([("2020-01-10", "CCC", 3.0), ("2020-01-10", "BBB", 2.0)], ("released_at", "symbol", "value"))
    result = join(bars, [table], JoinConfig())
    assert result.bars["value"].fillna(0).tolist() == [0.0, 2.0]
    assert "side.csv: 1 symbol of the bars not in it (AAA)" in result.lines
    assert "side.csv: 1 symbol left out, without bars (CCC)" in result.lines


@pytest.mark.parametrize(("age", "seen"), [("2d", False), ("3d", True)])
@pytest.mark.parametrize("closes", [(), (NEW_YORK,)])
def test_a_value_is_dropped_when_it_is_too_old(age, seen, closes):
    bars = bars_at("2024-03-04", "2024-03-07")
    values = cells(bars, side([("2024-03-04", 1.0)]), tolerance=age, closes=closes)
    assert values == [None, 1.0 if seen else None]


def test_rows_are_empty_before_the_first_value_or_because_it_is_too_old():
    """The first release has no cell, so it gives no value that could be old; the second lasts one day."""
    bars = bars_at("2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06")
    table = side([("2024-02-29T00:00:00Z", None), ("2024-03-04T00:00:00Z", 1.0)])
    said = join(bars, [table], JoinConfig()).lines[0]
    assert said == "side.csv: 1 of 4 rows stay empty (1 before the first release)"
    said = join(bars, [table], JoinConfig(tolerance="1d")).lines[0]
    assert said == "side.csv: 2 of 4 rows stay empty (1 before the first release, 1 older than 1d)"


def test_an_old_value_is_not_replaced_by_an_older_one():
    rows = [("2024-01-01", 1.0), ("2024-02-01", 2.0)]
    assert cells(bars_at("2024-02-20"), side(rows), tolerance="10d") == [None]


@pytest.mark.parametrize("name", ["close", "direction", "weight", "position"])
def test_a_name_that_is_taken_is_refused_and_a_prefix_helps(name):
    bars = bars_at("2024-03-05")
    with pytest.raises(UsageError, match="--prefix"):
        joined(bars, side([("2024-03-04", 1.0)], ("released_at", name)))
    own = side([("2024-03-04", 1.0)], ("released_at", name), prefix=("x_",))
    assert cells(bars, own, name=f"x_{name}") == [1.0]


def test_two_side_tables_with_one_name_are_refused():
    with pytest.raises(UsageError, match="has a column value"):
        joined(bars_at("2024-03-05"), side([("2024-03-04", 1.0)]), side([("2024-03-04", 1.0)]))


def test_two_values_of_one_release_are_refused_and_the_same_row_counts_once():
    with pytest.raises(DataError, match="two values of value"):
        side([("2024-03-04", 1.0), ("2024-03-04", 2.0)])
    assert side([("2024-03-04", 1.0), ("2024-03-04", 1.0)]).lines == [
        "side.csv: 1 row appear twice; kept once"
    ]


def test_rows_without_a_release_are_counted():
    table = side([("2024-03-04", 1.0), (None, 2.0), ("", 3.0)])
    assert table.lines == ["side.csv: left out: 2 rows without a time of release or a period"]
    with pytest.raises(DataError, match="no row has a released_at"):
        side([(None, 1.0)])


def test_what_has_no_counterpart_is_counted():
    bars = bars_at("2024-03-01", "2024-03-05", "2024-06-03")
    table = side([("2024-03-04", 1.0, None), ("2024-07-01", 2.0, 1.0)], ("released_at", "a", "b"))
    assert join(bars, [table], JoinConfig(tolerance="10d")).lines == [
        "side.csv: 2 of 3 rows stay empty (1 before the first release, 1 older than 10d)",
        "side.csv: 1 column without a value (b)",
        "side.csv: 1 of 2 releases on no row (replaced before a bar, too old, or after the last one)",
    ]


# ---- a plain loop, and nothing of the future

ZONE = ZoneInfo("America/New_York")


def _first_seen(released, timed, close):
    """A release without a time is taken as later than all that its own rows can see."""
    if timed:
        return released.tz_localize("UTC")
    after = (released + pd.Timedelta(hours=16, microseconds=1)).tz_localize(ZONE)
    return after if close else (released + pd.Timedelta(days=1)).tz_localize("UTC")


def _loop(bars, releases, close, tolerance):
    """What each row knows, by the words of the help."""
    found = []
    for date in bars["date"]:
        moment = date.tz_localize("UTC")
        if close:
            moment = (date + pd.Timedelta(hours=16)).tz_localize(ZONE)
        best = None
        for released, timed, period, value in releases:
            known = released.tz_localize("UTC") <= moment if timed else released < date
            rank = (period, _first_seen(released, timed, close))
            if known and (best is None or rank >= best[0]):
                age = moment - released.tz_localize("UTC") if timed else date - released
                best = (rank, value, age)
        fresh = best is not None and (tolerance is None or best[2] <= pd.Timedelta(days=int(tolerance[:-1])))
        found.append(best[1] if fresh else np.nan)
    return np.array(found)


@st.composite
def worlds(draw):
    bars = random_bars(draw(st.integers(2, 25)), seed=draw(st.integers(0, 99)), start="2020-03-02")
    count = draw(st.integers(1, 12))
    seconds = draw(st.lists(st.integers(0, 40 * 24), min_size=count, max_size=count, unique=True))
    releases = []
    for number, hour in enumerate(seconds):
        timed = draw(st.booleans())
        at = pd.Timestamp("2020-02-25") + pd.Timedelta(hours=hour)
        released = at + pd.Timedelta(minutes=7) if timed else at.normalize()
        releases.append((released, timed, draw(st.integers(1, 6)), float(number)))
    distinct = {(r[0], r[1], r[2]): r for r in releases}
    return bars, list(distinct.values())


def _table(releases):
    texts = [f"{r:%Y-%m-%dT%H:%M:%SZ}" if timed else f"{r:%Y-%m-%d}" for r, timed, _, _ in releases]
    rows = [(text, period, value) for text, (_, _, period, value) in zip(texts, releases, strict=True)]
    return side(rows, ("released_at", "period", "value"))


@given(worlds(), st.booleans(), st.sampled_from([None, "3d", "9d"]))
@settings(max_examples=60, deadline=None, phases=FAST)
def test_a_plain_loop_says_the_same(world, close, tolerance):
    bars, releases = world
    out = joined(bars, _table(releases), closes=[NEW_YORK] if close else [], tolerance=tolerance)
    np.testing.assert_array_equal(out["value"].to_numpy(), _loop(bars, releases, close, tolerance))


@given(worlds(), st.booleans(), st.data())
@settings(max_examples=60, deadline=None, phases=FAST)
def test_no_row_depends_on_later_bars_or_later_releases(world, close, data):
    bars, releases = world
    closes = [NEW_YORK] if close else []
    t = data.draw(st.integers(0, len(bars) - 1))
    whole = joined(bars, _table(releases), closes=closes).head(t + 1)
    moment = bars["date"].iloc[t]
    known_until = moment + pd.Timedelta(hours=22) if close else moment
    past = [r for r in releases if (r[0] <= known_until if r[1] else r[0] < moment)]
    other = [(r[0], r[1], r[2], r[3] if r in past else r[3] + 1000) for r in releases]
    for table in (past, other):
        if table:
            cut = joined(bars.head(t + 1), _table(table), closes=closes)
            pd.testing.assert_frame_equal(cut, whole, check_exact=True)


# ---- the verb


def test_join_reads_a_pipe_and_the_columns_become_features(tmp_path):
    (tmp_path / "macro.csv").write_text(MACRO)
    bars = run("fetch walk --source synthetic --rows 120 --start 2020-01-02")
    out = run(f"join {tmp_path}/macro.csv", bars)
    assert out.splitlines()[0] == "symbol,date,open,high,low,close,volume,cpi"
    assert run(f"join - {tmp_path}/macro.csv", bars) == out
    features = run("features -w 3 --extra cpi", out)
    assert "cpi" in features.splitlines()[0].split(",")
    assert "1 of 4 releases on no row" in out.stderr


def test_each_side_table_has_its_own_columns(tmp_path):
    (tmp_path / "a.csv").write_text("when;x\n2019-01-01;1,5\n".replace(",", "."))
    (tmp_path / "b.json").write_text('[{"published": 1546300800, "x": 2.5}]')
    bars = run("fetch walk --source synthetic --rows 3")
    options = "--on-release when,published --prefix a_,b_"
    out = run(f"join - {tmp_path}/a.csv {tmp_path}/b.json {options}", bars)
    assert out.splitlines()[0].endswith(",a_x,b_x")
    refused = run(f"join - {tmp_path}/a.csv {tmp_path}/b.json --prefix a,b,c", bars, 2)
    assert "one value, or one for each of 2 side tables" in refused.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("join", "JOIN-TABLES"),
        ("join -", "JOIN-TABLES"),
        ("join - -", "JOIN-TABLES"),
        ("join macro.csv --on-release nope", "JOIN-COLUMN"),
        ("join macro.csv --on-period nope", "JOIN-COLUMN"),
        ("join macro.csv --tolerance soon", "OPTION-VALUE"),
        ("join macro.csv --release-zone Mars", "JOIN-ZONE"),
        ("join macro.csv --close-time 25:00@UTC", "CLOSE-TIME"),
    ],
)
def test_wrong_options_are_one_line(tmp_path, monkeypatch, command, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "macro.csv").write_text(MACRO)
    bars = run("fetch walk --source synthetic --rows 3")
    assert f"error[{code}]" in run(command, bars, 2).stderr


def test_closes_are_those_of_days(tmp_path):
    (tmp_path / "macro.csv").write_text(MACRO)
    hours = run("fetch walk --source synthetic --rows 30 --interval 1h")
    assert "daily bars" in run(f"join {tmp_path}/macro.csv --close-time XNYS", hours, 2).stderr


def test_a_column_that_cannot_be_joined_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("fetch walk --source synthetic --rows 40 -o bars.csv")
    side = pa.table({"released_at": ["2000-01-05"], "value": [1.5], "parts": [[1, 2]]})
    parquet.write_table(side, "side.parquet")
    result = run("join bars.csv side.parquet")
    assert "warning: side.parquet: 1 column of lists, structures or bytes (parts); left out" in result.stderr
    assert result.splitlines()[0].endswith(",volume,value")


def test_text_that_steers_a_terminal_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("fetch walk --source synthetic --rows 40 -o bars.csv")
    (tmp_path / "side.csv").write_text("released_at,note\n2000-01-05,\u202e\n", encoding="utf-8")
    said = "side.csv: column note: '\\u202e' holds a control character; remove it"
    assert said in run("join bars.csv side.csv", status=65).stderr
