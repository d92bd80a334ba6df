"""The check that a table holds its contract."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.errors import DataError
from signalcli.schemas import BARS, FEATURES, PREDICTIONS, RETURNS, check, feature_columns
from signalcli.serving.signals import SIGNALS


def bars(**changed):
    columns = {
        "symbol": ["B", "A", "A"],
        "date": pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-02"]),
        "open": [1.0, 2.0, 3.0],
        "high": [2.0, 3.0, 4.0],
        "low": [0.5, 1.0, 2.0],
        "close": [1.0, 2.0, 3.0],
        "volume": [1.0, np.nan, 3.0],
    }
    return pd.DataFrame(columns | changed)


def refused(table, contract=BARS):
    with pytest.raises(DataError) as caught:
        check(table, contract, "here.csv")
    assert caught.value.message.startswith("here.csv: ")
    return caught.value


def test_rows_come_out_sorted_by_key_and_extra_columns_pass():
    checked = check(bars(note=["x", "y", "z"]), BARS, "here.csv")
    assert list(checked["symbol"]) == ["A", "A", "B"]
    assert list(checked["note"]) == ["z", "y", "x"]
    assert list(checked.index) == [0, 1, 2]
    assert checked["date"].is_monotonic_increasing is False
    assert list(checked.loc[checked["symbol"] == "A", "date"].dt.day) == [2, 3]


def test_columns_are_cast_to_their_kinds():
    checked = check(bars(open=[1, 2, 3], date=["2024-01-02", "2024-01-03", "2024-01-02"]), BARS, "here.csv")
    assert checked["open"].dtype == "float64"
    assert checked["date"].dtype == "datetime64[us]"
    assert checked["symbol"].dtype == "str"


def test_a_date_with_a_zone_becomes_utc():
    dates = pd.to_datetime(["2024-01-02 19:00"] * 3).tz_localize("America/New_York") + pd.to_timedelta(
        [0, 24, 48], unit="h"
    )
    checked = check(bars(date=dates, symbol="A"), BARS, "here.csv")
    assert str(checked["date"].iloc[0]) == "2024-01-03 00:00:00"


def test_a_missing_column_is_named_with_the_verb_that_writes_it():
    error = refused(bars().drop(columns=["low", "close"]))
    assert error.code == "TABLE-COLUMNS"
    assert "no column low, close" in error.message
    assert "signalcli fetch writes one" in error.message
    assert "signalcli fit" in refused(bars(), PREDICTIONS).message


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"date": pd.to_datetime(["2024-01-02"] * 3)}, "TABLE-KEY", r"(A, 2024-01-02) appears twice"),
        (
            {"date": pd.to_datetime(["2024-01-02", None, "2024-01-04"])},
            "TABLE-KEY",
            "1 of 3 rows have no date",
        ),
        ({"symbol": ["", "A", "A"]}, "TABLE-KEY", "1 of 3 rows have no symbol"),
        ({"symbol": [None, "A", "A"]}, "TABLE-KEY", "1 of 3 rows have no symbol"),
        ({"open": ["1", "two", "3"]}, "TABLE-TYPE", "column open must be float64"),
        ({"date": ["yesterday"] * 3}, "TABLE-TYPE", "column date must be datetime64"),
        ({"volume": [1.0, np.inf, 3.0]}, "TABLE-INFINITE", "column volume is infinite in 1 of 3 rows"),
        ({"extra": [-np.inf, 1.0, -np.inf]}, "TABLE-INFINITE", "column extra is infinite in 2 of 3 rows"),
    ],
)
def test_what_breaks_the_contract_is_one_sentence(changed, code, words):
    error = refused(bars(**changed))
    assert error.code == code
    assert words in error.message
    assert error.message.isprintable()


@pytest.mark.parametrize("direction", [[0.5, 1, 0], ["up", "down", "up"]])
def test_half_a_direction_is_refused(direction):
    table = bars(forward_return=0.1, direction=direction, label_end=pd.Timestamp("2024-01-05"))
    assert refused(table, FEATURES).code == "TABLE-TYPE"


def test_an_unknown_direction_is_not_a_zero():
    table = bars(forward_return=np.nan, direction=[1, None, 0], label_end=pd.NaT)
    assert check(table, FEATURES, "here.csv")["direction"].isna().tolist() == [False, True, False]


def test_a_header_without_rows_is_nothing_to_do():
    assert refused(bars().head(0)).code == "TABLE-EMPTY"


def test_a_control_character_in_a_key_is_escaped():
    error = refused(bars(symbol="\x1b[2J", date=pd.Timestamp("2024-01-02")))
    assert r"\x1b[2J" in error.message


OPTIONAL_NUMBERS = [
    *((schema, c) for schema in (PREDICTIONS, RETURNS) for c in ("p_flat", "p_down", "band", "half_spread")),
    *((SIGNALS, c) for c in ("p_flat", "p_down")),
]


@pytest.mark.parametrize(("schema", "name"), OPTIONAL_NUMBERS, ids=lambda x: getattr(x, "name", x))
def test_a_column_that_may_be_missing_is_a_number_where_it_is_there(schema, name):
    dates = dict.fromkeys(("date", "label_end", "valid_from", "valid_until"), pd.Timestamp("2024-01-02"))
    cells = {c: dates.get(c, "A" if c in ("symbol", "model") else 1) for c in schema.columns}
    table = pd.DataFrame([cells])
    assert name not in check(table, schema, "here.csv")
    assert check(table.assign(**{name: "0.5"}), schema, "here.csv")[name].tolist() == [0.5]
    assert check(table.assign(**{name: None}), schema, "here.csv")[name].dtype == "float64"
    assert refused(table.assign(**{name: "x"}), schema).code == "TABLE-TYPE"


def test_inputs_are_the_numbers_that_no_contract_reserves():
    table = bars(ret_lag0=0.1, weekday=[1, 2, 3], note="x", label=True).assign(
        **dict.fromkeys(RETURNS.columns, 0.0)
    )
    assert feature_columns(table) == ["ret_lag0", "weekday"]


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["A", "AB", "B", "b", "É"]), st.integers(0, 2), st.sampled_from("xy")),
        min_size=1,
        max_size=9,
        unique=True,
    ),
    in_order=st.booleans(),
)
@settings(max_examples=80)
def test_sorted_or_not_rows_come_out_as_pandas_sorts_them(rows, in_order):
    table = pd.DataFrame(sorted(rows) if in_order else rows, columns=["symbol", "date", "model"])
    table["date"] = pd.Timestamp("2024-01-02") + pd.to_timedelta(table["date"], unit="D")
    for name in PREDICTIONS.columns:
        if name not in table:
            table[name] = pd.Timestamp("2024-01-03") if name == "label_end" else np.arange(len(rows)) % 2
    table.index = table.index[::-1]
    expected = table.sort_values(["symbol", "date", "model"], kind="stable", ignore_index=True)
    found = check(table, PREDICTIONS, "test")
    pd.testing.assert_frame_equal(found, expected[found.columns], check_dtype=False, check_exact=True)


@pytest.mark.parametrize("sign", ["\x00", "\x1b[2J", "\x7f", "\x9b", "\u202e", "\u2066"])
@pytest.mark.parametrize("name", ["symbol", "note"])
def test_text_that_steers_a_terminal_is_refused(sign, name):
    table = pd.DataFrame(
        {"symbol": "A", "date": pd.to_datetime(["2024-01-02"]), "note": "x"}
        | dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0)
    )
    check(table, BARS, "x.csv")
    check(table.assign(note="Zoë\u00a0& Söhne\t5 €"), BARS, "x.csv")
    with pytest.raises(DataError, match="holds a control character") as error:
        check(table.assign(**{name: f"a{sign}b"}), BARS, "x.csv")
    assert error.value.message.isprintable()
    with pytest.raises(DataError, match=r"header: .* holds a control character"):
        check(table.rename(columns={"note": f"a{sign}b"}), BARS, "x.csv")
