"""Recorded splits: applied to prices as traded, and not twice."""

import numpy as np
import pandas as pd
import pytest

from signalcli.data.splits import split_factor


def rows(symbol: str, opens: list[float], splits: list[float]) -> pd.DataFrame:
    dates = pd.date_range("2024-01-01", periods=len(opens))
    return pd.DataFrame({"symbol": symbol, "date": dates, "open": opens, "close": opens, "split": splits})


AS_TRADED = rows("A", [80.0, 84.0, 21.0, 10.0], [0.0, 1.0, 4.0, 2.0])
ADJUSTED = rows("B", [10.0, 10.5, 10.5, 10.0], [0.0, 0.0, 4.0, 2.0])


def test_prices_as_traded_are_divided_by_later_splits() -> None:
    factor, notes = split_factor(AS_TRADED, "f.csv")
    assert factor.tolist() == [1 / 8, 1 / 8, 1 / 2, 1.0]
    assert notes == []


def test_prices_that_hold_their_splits_stay_and_are_named() -> None:
    factor, notes = split_factor(ADJUSTED, "f.csv")
    assert factor.tolist() == [1.0] * 4
    assert notes == [
        "f.csv: prices of 1 symbol are adjusted for the recorded splits already (B); not applied again"
    ]


@pytest.mark.parametrize("step", [1, -1])
def test_each_symbol_is_judged_by_itself_in_any_order(step: int) -> None:
    both = pd.concat([AS_TRADED, ADJUSTED], ignore_index=True)[::step]
    factor, notes = split_factor(both, "f.csv")
    assert factor.sort_index().tolist() == [1 / 8, 1 / 8, 1 / 2, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert (factor.index == both.index).all()
    assert len(notes) == 1


def test_splits_of_one_symbol_are_none_of_another() -> None:
    both = pd.concat([AS_TRADED, AS_TRADED.assign(symbol="Z")], ignore_index=True)
    assert split_factor(both, "f.csv")[0].tolist() == [1 / 8, 1 / 8, 1 / 2, 1.0] * 2


def test_a_split_before_the_first_bar_changes_nothing() -> None:
    factor, notes = split_factor(rows("C", [5.0, 5.1], [3.0, np.nan]), "f.csv")
    assert factor.tolist() == [1.0, 1.0]
    assert notes == []


def test_a_reverse_split_multiplies_the_prices_before_it() -> None:
    factor, _ = split_factor(rows("D", [1.0, 10.2], [0.0, 0.1]), "f.csv")
    assert factor.tolist() == pytest.approx([10.0, 1.0])
