"""How the columns that a model reads are made from bars, found out from the FEATURES table it was fitted on.

FEATURES carry no note of the command that made them: they may have come through a pipe, with columns added
on the way. But their names and targets say it: the deepest lag is the window, label_end the horizon, the
names the sets, and the dead zone lies between the largest return called flat and the smallest called up or
down.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.features.build import build
from signalcli.specs.features import SETS, FeatureSpec
from signalcli.tables import feature_columns
from signalcli.walkforward import horizon

if TYPE_CHECKING:
    import pandas as pd

_LAG = re.compile(r"^(?:ret|range|volume_z)_lag(\d+)$")


class Recipe(NamedTuple):
    """What rebuilds a model's columns.

    Parameters
    ----------
    spec : FeatureSpec
        Features and target.
    own : list of str
        Columns that bars do not give; somebody added them to FEATURES.
    min_history : int
        Bars after which every column is known.
    settled_history : int
        Bars after which a further old bar changes no bit of any column.
    """

    spec: FeatureSpec
    own: list[str]
    min_history: int
    settled_history: int


def recipe(features: pd.DataFrame, columns: list[str]) -> Recipe:
    """Recipe of the columns of a FEATURES table that a model reads."""
    deepest = [int(m[1]) for m in map(_LAG.match, feature_columns(features)) if m]
    window = max(deepest, default=FeatureSpec.window - 1) + 1
    made_by = {name: _columns_of(FeatureSpec(window=window, sets=(name,))) for name in SETS}
    sets = tuple(name for name, made in made_by.items() if set(made) & set(columns))
    spec = FeatureSpec(window, horizon(features), dead_zone(features), sets or SETS[:1])
    own = [c for c in columns if not any(c in made for made in made_by.values())]
    read = [c for c in columns if c not in own]
    return Recipe(spec, own, *_histories(spec, read))


def _columns_of(spec: FeatureSpec) -> list[str]:
    return feature_columns(build(_any_bars(spec.window + 3), spec))


def dead_zone(features: pd.DataFrame) -> float:
    """The shortest decimal that parts flat rows from those that are up or down; 0 with two directions."""
    returns = features["forward_return"].abs()
    labels = features["direction"]
    if not bool((labels == -1).any()):
        return 0.0
    flat = returns[labels == 0].max()
    low = float(flat) if flat > 0 else float(np.nextafter(0, 1))
    return shortest_decimal(low, float(returns[(labels == 1) | (labels == -1)].min()))


def shortest_decimal(low: float, high: float) -> float:
    """Number of the fewest decimals in low … high, high excluded; low where there is none."""
    for digits in range(17):
        found = float(Decimal(repr(low)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_CEILING))
        if low <= found < high:
            return found
    return low


def _histories(spec: FeatureSpec, columns: list[str]) -> tuple[int, int]:
    """Bars until all columns are known, and until older bars no longer matter, as seen on a random walk.

    Measured and not derived, so that no formula here can differ from what the features do.
    """
    length = 1024 + 2 * spec.window
    while not _settled(spec, columns, length // 2, length):
        length *= 2
    known = np.isfinite(build(_any_bars(length), spec)[columns]).all(axis=1)
    enough = max(int(np.argmax(known)) + 1, spec.window + spec.horizon + 1)
    low, high = enough, length // 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _settled(spec, columns, middle, length) else (middle + 1, high)
    return enough, low


def _settled(spec: FeatureSpec, columns: list[str], history: int, length: int) -> bool:
    """Whether the newest row stays bit-equal when all older than the last ``history`` bars change.

    They change by much, because an exponential average gives the oldest bars a weight of 1e-9.
    """
    bars = _any_bars(length)
    older = np.arange(length) < length - history
    wild = {c: bars[c].where(~older, bars[c] * 1000.0) for c in ("open", "high", "low", "close", "volume")}
    rows = [build(b, spec)[columns].iloc[-1].to_numpy("float64") for b in (bars, bars.assign(**wild))]
    return bool(np.array_equal(*rows))


def _any_bars(rows: int) -> pd.DataFrame:
    """A seeded random walk with all that bars have."""
    import pandas as pd

    rng = np.random.default_rng(0)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, rows)))
    opens = close * np.exp(rng.normal(0.0, 0.003, rows))
    spread = np.exp(rng.uniform(0.001, 0.01, rows))
    return pd.DataFrame(
        {
            "symbol": "walk",
            "date": pd.bdate_range("2000-01-03", periods=rows).astype("datetime64[us]"),
            "open": opens,
            "high": np.maximum(opens, close) * spread,
            "low": np.minimum(opens, close) / spread,
            "close": close,
            "volume": rng.integers(1_000, 100_000, rows).astype("float64"),
        }
    )
