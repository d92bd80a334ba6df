"""Flat tables cut into panels and put together again."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.features import FeatureConfig, build
from signalcli.features.timeseries import layout
from signalcli.features.timeseries.layout import make_panel, symbol_blocks, write_flat


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=12),
    lag=st.integers(0, 45),
    cells=st.integers(1, 90),
)
def test_every_symbol_comes_back_at_its_place_and_no_other(lengths, lag, cells):
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    flat = np.arange(float(sum(lengths)))
    found = np.full(len(flat), -1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "CELLS", cells)
        parts = list(symbol_blocks(starts, len(flat)))
    for part in parts:
        made = make_panel({"close": flat}, part)["close"]
        assert made.shape == (part.lengths.max(), len(part.starts))
        for i, length in enumerate(part.lengths):
            assert np.isnan(made[length:, i]).all()
        write_flat(found, made, part, lag)
    expected = pd.Series(flat).groupby(np.repeat(np.arange(len(lengths)), lengths)).shift(lag)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("cells", [1, 300, 10**6])
@pytest.mark.parametrize("threads", [1, 3])
def test_neither_the_panels_nor_the_threads_decide_a_bit(cells, threads, monkeypatch):
    import sys

    symbols = [random_bars(60 + 17 * i, symbol=f"S{i}") for i in range(6)]
    bars, config = (
        pd.concat(symbols, ignore_index=True),
        FeatureConfig(window=5, sets=("lags", "rolling", "technical")),
    )
    expected = pd.concat([build(b, config) for b in symbols], ignore_index=True)
    monkeypatch.setattr(layout, "CELLS", cells)
    monkeypatch.setattr(sys.modules["signalcli.features.build"], "processors", lambda: threads)
    pd.testing.assert_frame_equal(build(bars, config), expected, check_exact=True)
