"""Which features of a table models may read: those that were chosen, and that enough rows know."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.data.universe import are_members
from signalcli.errors import UsageError, count, nearest, printable, typed
from signalcli.features.named import channel_of, features_by_name
from signalcli.schemas import KEPT, feature_columns

DENSE = 0.5  # share of the rows that must know a feature which is not named
LISTED = 5  # features that a line names


class Selection(NamedTuple):
    """FEATURES without the features that are left out, and a line that names those of few rows."""

    table: pd.DataFrame
    lines: list[str]


def select_features(features: pd.DataFrame, config: FitConfig) -> Selection:
    """Keep the features that ``config`` chooses and that at least half of the rows know, or that are named.

    Raises UsageError for a name or pattern that no feature has.
    """
    every = feature_columns(features)
    chosen = [c for c in every if not config.features or c in _matching(every, config.features, "--features")]
    excluded = _matching(every, config.exclude, "--exclude")
    chosen = [c for c in chosen if c not in excluded]
    named = {*config.features, *_kept(features)}
    sparse = [c for c in _sparse(features, chosen) if c not in named]
    left = {*every} - {*chosen} | {*sparse}
    table = features.drop(columns=[c for c in every if c in left] + [KEPT] * (KEPT in features))
    return Selection(table, _line(features, sparse))


def _matching(names: Sequence[str], patterns: Sequence[str], flag: str) -> set[str]:
    """Names that are one of the patterns or match it. Raises UsageError for a pattern without a match."""
    found: set[str] = set()
    for pattern in patterns:
        matching = {name for name in names if name == pattern or fnmatchcase(name, pattern)}
        if not matching:
            near = printable(nearest(pattern, names)) if names else "none"
            raise UsageError(
                "FEATURES-NAME", f"{flag} {printable(pattern)}: no such feature; did you mean {near}?"
            )
        found |= matching
    return found


def _kept(features: pd.DataFrame) -> list[str]:
    """Features that were named when the table was made."""
    return str(features[KEPT].iloc[0]).split("|") if KEPT in features and len(features) else []


def _sparse(features: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns that less than half of the rows know; the lags of one channel stay or go together.

    Of a computed one, the first bars of a symbol do not count, because it needs them. Rows outside the
    universe do not count either, where a comparison of its members is unknown.
    """
    declared = features_by_name(columns)
    place = features.groupby("symbol").cumcount().to_numpy() + 1
    inside = are_members(features)
    shares: dict[str, list[float]] = {}
    for name in columns:
        known = np.isfinite(features[name].to_numpy("float64"))
        settled = known[inside & (place >= declared[name].look_back if name in declared else True)]
        shares.setdefault(channel_of(name), []).append(settled.mean() if len(settled) else 1.0)
    return [name for name in columns if np.mean(shares[channel_of(name)]) < DENSE]


def _line(features: pd.DataFrame, sparse: list[str]) -> list[str]:
    """One line that names the columns and the rows that know them; none without one."""
    if not sparse:
        return []
    shown = ", ".join(f"{printable(c)} {features[c].notna().sum():,}" for c in sparse[:LISTED])
    more = f" and {len(sparse) - LISTED} more" if sparse[LISTED:] else ""
    what = f"{count(len(sparse), 'feature')} known in less than half of {len(features):,} rows"
    return [f"left out: {what} ({shown}{more}); --features {typed(['*', *sparse])} keeps them"]
