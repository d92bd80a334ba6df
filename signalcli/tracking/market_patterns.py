"""Patterns of a price series by which the same market is recognized after its file was edited.

There are two kinds. A rank pattern is the order of the largest absolute returns in a short window around
a large one: noise and rounding change few of them. A pair is the size of two neighboring absolute returns:
bars that are left out change few of them. Neither depends on the scale of the prices, their start and end,
the symbol, or the label of the dates, and an edited bar changes the patterns around it only. Patterns are
placed by the returns themselves, not by counting bars, so a file with more or fewer bars has the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

AROUND = 3  # an anchor is the largest absolute return among this many bars on both sides
REACH = 6  # the window of a rank pattern, in bars on both sides
RANKS = 6  # largest absolute returns whose places make a rank pattern
DECIMALS = 9  # of an absolute return in an order: smaller differences are rounding
STEP = 1e-6  # unit of an absolute return in a pair
LARGEST = 2**30  # in these units


class Patterns(NamedTuple):
    """Patterns (n,) of a price series and the days since 1970 (n,) of their anchors, as integers."""

    codes: np.ndarray
    days: np.ndarray


NO_PATTERNS = Patterns(np.zeros(0, "int64"), np.zeros(0, "int64"))


def find_patterns(bars: pd.DataFrame) -> Patterns:
    """Patterns of the closes of one symbol, whose bars are in order of date."""
    moves = np.abs(np.diff(np.log(bars["close"].to_numpy("float64"))))
    days = bars["date"].to_numpy("datetime64[D]").astype("int64")[1:]
    kinds = [_ranks(np.round(moves, DECIMALS)), _pairs(moves)]
    codes, places = (np.concatenate(parts) for parts in zip(*kinds, strict=True))
    return Patterns(codes, days[places])


def _ranks(moves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes above 0 of the rank patterns, and the place of each anchor among the returns."""
    width = 2 * REACH + 1
    if len(moves) < width:
        return np.zeros(0, "int64"), np.zeros(0, "int64")
    windows = np.lib.stride_tricks.sliding_window_view(moves, width)
    near = windows[:, REACH - AROUND : REACH + AROUND + 1]
    anchors = np.flatnonzero((near.argmax(axis=1) == AROUND) & (near[:, AROUND] > 0))
    order = np.argsort(-windows[anchors], axis=1, kind="stable")[:, :RANKS]
    return order @ width ** np.arange(RANKS) + 1, anchors + REACH


def _pairs(moves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes below 0 of the pairs that begin with a peak and occur once, and the place of each peak."""
    sizes = np.minimum(np.rint(moves / STEP), LARGEST).astype("int64")
    peaks = np.flatnonzero((sizes[1:-1] > sizes[:-2]) & (sizes[1:-1] > sizes[2:])) + 1
    codes, first, counts = np.unique(
        -(sizes[peaks] * 2 * LARGEST + sizes[peaks + 1]), return_index=True, return_counts=True
    )
    return codes[counts == 1], peaks[first[counts == 1]]
