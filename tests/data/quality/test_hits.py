"""How many planted faults of each kind are found, and how many findings come where there is no fault."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from random_bars import PRICES, random_bars
from signalcli.config.quality import QualityConfig
from signalcli.data.quality.validate import validate

SERIES = 20
ROWS = 250
Change = Callable[[pd.DataFrame, int], pd.DataFrame]


def split(ratio: float) -> Change:
    """Prices from a day on as after an unadjusted split; volume the other way."""

    def change(bars: pd.DataFrame, at: int) -> pd.DataFrame:
        bars.loc[at:, PRICES] /= ratio
        bars.loc[at:, "volume"] *= ratio
        return bars

    return change


def news(move: float) -> Change:
    """A gap with ten times the usual volume."""

    def change(bars: pd.DataFrame, at: int) -> pd.DataFrame:
        bars.loc[at:, PRICES] *= move
        bars.loc[at, "volume"] = 10 * bars["volume"].max()
        return bars

    return change


def halt(days: int) -> Change:
    """Days without a bar."""
    return lambda bars, at: bars.drop(index=range(at, at + days)).reset_index(drop=True)


def frozen(days: int) -> Change:
    """The same price, and no volume, day after day."""

    def change(bars: pd.DataFrame, at: int) -> pd.DataFrame:
        bars.loc[at : at + days - 1, PRICES] = bars.loc[at, "close"]
        bars.loc[at : at + days - 1, "volume"] = 0.0
        return bars

    return change


def dividend(factor: float) -> Change:
    """Dividends of 1 % each quarter, with an adjusted close that takes one of them ``factor`` times."""

    def change(bars: pd.DataFrame, at: int) -> pd.DataFrame:
        paid = np.zeros(len(bars))
        days = sorted({at, 30, 95, 160, 225})
        paid[days] = 0.01 * bars["close"].to_numpy()[np.array(days) - 1]
        taken = paid * np.where(np.arange(len(bars)) == at, factor, 1.0)
        step = np.concatenate(([1.0], 1 - taken[1:] / bars["close"].to_numpy()[:-1]))
        adjusted = bars["close"] * np.append(np.cumprod(step[::-1])[::-1][1:], 1.0)
        return bars.assign(Dividends=paid, adj_close=adjusted)

    return change


def unit(days: int) -> Change:
    """Pence instead of pounds for some days."""

    def change(bars: pd.DataFrame, at: int) -> pd.DataFrame:
        bars.loc[at : at + days - 1, PRICES] *= 100
        return bars

    return change


def repeated(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """A week that stands under the dates of the next one, too."""
    bars.loc[at + 5 : at + 9, [*PRICES, "volume"]] = bars.loc[at : at + 4, [*PRICES, "volume"]].to_numpy()
    return bars


def newest_first(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """The order of many downloads."""
    return bars[::-1].reset_index(drop=True)


def recorded(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """A split in a column of its own, and prices that have it already."""
    bars["split"] = 0.0
    bars.loc[at, "split"] = 4.0
    return bars


def adjusted(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """Prices as traded with a split, and the adjusted close that knows it."""
    whole = bars["close"].copy()
    return split(2.0)(bars, at).assign(adj_close=whole / 2)


# One of the twenty days of a split has a range of three times the usual: it looks like news, and is missed.
FAULTS: dict[str, tuple[Change, str, int]] = {
    "split 2 for 1": (split(2), "split", 19),
    "split 3 for 1": (split(3), "split", 19),
    "split 4 for 1": (split(4), "split", 19),
    "split 10 for 1": (split(10), "split", 19),
    "split 20 for 1": (split(20), "split", 19),
    "split 3 for 2": (split(1.5), "split", 19),
    "split 1 for 10": (split(0.1), "split", 19),
    "dividend taken twice": (dividend(2.0), "dividend", 20),
    "dividend forgotten": (dividend(0.0), "dividend", 20),
    "pence for a day": (unit(1), "unit", 20),
    "pence for a week": (unit(5), "unit", 20),
    "price frozen for ten days": (frozen(10), "flat", 20),
    "two weeks without bars": (halt(12), "gap", 20),
    "week repeated": (repeated, "redated", 20),
}
SOUND: dict[str, Change] = {
    "nothing": lambda bars, _: bars,
    "news, up 62 %": news(1.62),
    "news, down 35 %": news(0.65),
    "news, down by half": news(0.5),
    "holiday of three days": halt(3),
    "newest first": newest_first,
    "split recorded, in the prices": recorded,
    "split known to the adjusted close": adjusted,
    "dividends": dividend(1.0),
}


def counts(change: Change, check: str = "") -> tuple[int, int]:
    """In how many series the check finds the fault at its place, and how many findings are elsewhere."""
    hits = others = 0
    for seed in range(SERIES):
        at = 40 + 9 * seed
        bars = change(random_bars(ROWS, seed=seed), at)
        table = validate(bars, QualityConfig())
        near = table["date"].between(*random_bars(ROWS, seed=seed)["date"].iloc[[at, at + 5]])
        hits += bool((near & (table["check"] == check)).any())
        others += int((~near).sum()) if check else len(table)
    return hits, others


@pytest.mark.parametrize("name", FAULTS)
def test_every_planted_fault_is_found(name: str) -> None:
    change, check, wanted = FAULTS[name]
    assert counts(change, check) == (wanted, 0)


@pytest.mark.parametrize("name", SOUND)
def test_sound_bars_have_no_finding(name: str) -> None:
    assert counts(SOUND[name]) == (0, 0)
