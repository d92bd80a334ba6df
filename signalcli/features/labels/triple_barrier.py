"""Which of three barriers the closes touch first: one above, one below, one of time (López de Prado 2018)."""

from __future__ import annotations

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.labels.next_return import Target, expected_move, forward_return
from signalcli.features.timeseries.panel import Panel


def triple_barrier(panel: Panel, config: FeatureConfig) -> Target:
    """1 when a close reaches the upper barrier first, -1 the lower, 0 when ``horizon`` bars pass without.

    The barriers lie ``spec.barriers`` times the move that the volatility lets expect above and below the
    close. A touch is known at its bar, so ``span`` ends there.
    """
    move = expected_move(panel, config.horizon)
    upper, lower = config.barriers[0] * move, -config.barriers[1] * move
    returns, direction, span = (np.full(move.shape, np.nan) for _ in Target._fields)
    for k in range(1, config.horizon + 1):
        ahead = forward_return(panel["close"], k)
        touched = (ahead >= upper).astype("float64") - (ahead <= lower)
        ends = (
            np.isnan(span) & np.isfinite(ahead) & np.isfinite(move) & ((touched != 0) | (k == config.horizon))
        )
        for out, value in ((returns, ahead), (direction, touched), (span, np.full(move.shape, float(k)))):
            np.copyto(out, value, where=ends)
    return Target(returns, direction, span)
