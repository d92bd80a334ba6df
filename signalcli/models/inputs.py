"""Columns of a FEATURES table that a model reads, and the shape of its sequence block."""

from __future__ import annotations

import re
from typing import NamedTuple

from signalcli.errors import DataError
from signalcli.models.entry import Reads

_LAG = re.compile(r"^(?P<channel>.+)_lag(?P<lag>\d+)$")


class ModelInputs(NamedTuple):
    """Columns in the order the model reads them, and values of one bar (1 = not a sequence, or one value)."""

    columns: list[str]
    channels: int


def select_inputs(features: list[str], reads: Reads) -> ModelInputs:
    """Columns that a model reads.

    Parameters
    ----------
    features : list of str
        Feature columns of the table.
    reads : {"returns", "sequence", "features"}
        ``returns``: ``ret_lag*``, oldest first; ``sequence``: every channel of the sequence block,
        time-major; ``features``: all, in the order of the table.

    Raises
    ------
    DataError
        Without a sequence block, or where a channel of it lacks a lag.
    """
    if reads == "features":
        return ModelInputs(features, 1)
    lagged = [(m["channel"], int(m["lag"])) for m in map(_LAG.match, features) if m]
    channels = ["ret"] if reads == "returns" else list(dict.fromkeys(c for c, _ in lagged))
    deepest = max((k for c, k in lagged if c in channels), default=-1)
    lags = range(deepest, -1, -1)  # a lag left out is a missing column, not a shorter window
    columns = [f"{c}_lag{k}" for k in lags for c in channels]
    missing = [c for c in columns if c not in features]
    if missing or not columns:
        what = (
            f"{missing[0]} is missing" if missing else f"no {channels[0] if channels else 'ret'}_lag* columns"
        )
        raise DataError("FEATURES-LAGS", f"{what}; this model reads the sequence block (--sets lags)")
    return ModelInputs(columns, len(channels))
