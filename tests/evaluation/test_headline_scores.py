"""Headline scores of a saved model and of live signals."""

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.headline_scores import headline_scores
from signalcli.evaluation.significance.shares import share_interval, wilson


def predictions(horizon: int) -> pd.DataFrame:
    """Sixty bars whose directions last six bars each; the newest have no label yet, two have no forecast."""
    up = np.repeat(np.arange(10) % 2, 6)
    p_up = np.where(np.arange(60) % 12 < 9, 0.4 + 0.2 * up, 0.5)
    table = pd.DataFrame(
        {
            "symbol": "A",
            "date": pd.date_range("2024-01-01", periods=60),
            "direction": pd.array(up, dtype="Int8"),
            "p_up": p_up,
            "horizon": horizon,
        }
    )
    table.loc[60 - horizon :, "direction"] = pd.NA
    table.loc[[20, 33], "p_up"] = np.nan
    return table


@pytest.mark.parametrize("horizon", [1, 6])
def test_the_interval_knows_the_horizon(horizon: int) -> None:
    table = predictions(horizon)
    known = table["direction"].notna() & table["p_up"].notna()
    right = ((table["p_up"] > 0.5) == (table["direction"] == 1))[known].to_numpy()
    found = headline_scores(table)
    assert found["rows"] == known.sum()
    assert found["hit_rate"] == pytest.approx(right.mean())
    shown = (found["hit_rate_low"], found["hit_rate_high"])
    assert shown == pytest.approx(share_interval(right, horizon, np.flatnonzero(known)))
    if horizon == 1:
        assert shown == pytest.approx(wilson(int(right.sum()), len(right)))
