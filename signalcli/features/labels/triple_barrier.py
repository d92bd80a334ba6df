"""Triple-barrier labels: which barrier the closes touch first, the upper, the lower or the time limit.

Source: López de Prado 2018.
"""

from __future__ import annotations

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.labels.next_return import Labels, expected_move, forward_return
from signalcli.features.timeseries.panel import Panel


def label_triple_barrier(panel: Panel, config: FeatureConfig) -> Labels:
    """1 when a close reaches the upper barrier first, -1 the lower, 0 when neither within ``horizon`` bars.

    The barriers lie ``config.barriers`` times the expected move above and below the close. ``span`` ends at
    the bar of the touch, when the label is known.
    """
    move = expected_move(panel, config.horizon)
    upper, lower = config.barriers[0] * move, -config.barriers[1] * move
    returns, direction, span = (np.full(move.shape, np.nan) for _ in Labels._fields)
    for k in range(1, config.horizon + 1):
        ahead = forward_return(panel["close"], k)
        touched = (ahead >= upper).astype("float64") - (ahead <= lower)
        ends = (
            np.isnan(span) & np.isfinite(ahead) & np.isfinite(move) & ((touched != 0) | (k == config.horizon))
        )
        for out, value in ((returns, ahead), (direction, touched), (span, np.full(move.shape, float(k)))):
            np.copyto(out, value, where=ends)
    return Labels(returns, direction, span)
