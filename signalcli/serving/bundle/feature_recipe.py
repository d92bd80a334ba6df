"""How the columns that a model reads are made from bars.

`run` and ``fit --spec`` know the feature config. FEATURES from a pipe do not carry it, so it is inferred from
their names (`feature_inference`). Both are tested: the columns are made again from the bars of the table, and
a column that differs is the user's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.errors import DataError, printable
from signalcli.features.build import build, compute
from signalcli.features.catalogue import features_of
from signalcli.features.feature import Feature
from signalcli.features.feature import min_history as longest
from signalcli.schemas import BARS
from signalcli.serving.bundle.feature_inference import guess
from signalcli.training.walk_forward import horizon

if TYPE_CHECKING:
    import pandas as pd

COMPARED = 64  # newest rows that are made anew
TARGETS = ("forward_return", "direction", "label_end")


class Recipe(NamedTuple):
    """What rebuilds a model's columns.

    Parameters
    ----------
    config : FeatureConfig
        Features and target.
    label_known : bool
        Whether the target that the config names is the one in the table.
    own : list of str
        Columns that bars do not give; somebody added or changed them, or they read other symbols.
    min_history : int
        Bars after which every column is known.
    settled_history : int
        Bars after which a further old bar changes no bit of any column.
    """

    config: FeatureConfig
    label_known: bool
    own: list[str]
    min_history: int
    settled_history: int


def recipe(features: pd.DataFrame, columns: list[str], chosen: FeatureConfig | None = None) -> Recipe:
    """Recipe of the columns of a FEATURES table that a model reads.

    ``chosen`` is what the table was made with, where that is known; DataError when it was not.
    """
    config = chosen or guess(features, columns)
    declared = {f.name: f for f in features_of(config) if f.name in columns and not f.across}
    settled = longest(list(declared.values()))
    tail = _newest_symbol(features, settled)
    made = _made(tail, list(declared.values()), config)
    same = [name for name in declared if _same(tail[name], made[name])]
    _refuse_wrong(chosen, declared, same)
    read = [declared[name] for name in same]
    history = _known_after(read, config)
    return Recipe(
        config,
        chosen is not None or _same_target(features, config),
        [c for c in columns if c not in same],
        history,
        max(longest(read), history),
    )


def _newest_symbol(features: pd.DataFrame, settled: int) -> pd.DataFrame:
    """Newest rows of the longest symbol, as many as decide the last `COMPARED`."""
    longest_one = features["symbol"].value_counts().idxmax()
    mine = features[features["symbol"] == longest_one].sort_values("date")
    return mine.tail(settled + COMPARED).reset_index(drop=True)


def _made(rows: pd.DataFrame, declared: list[Feature], config: FeatureConfig) -> pd.DataFrame:
    made = compute(rows[list(BARS.columns)], declared)
    return made.astype("float32").astype("float64") if config.float32 else made


def _same(given: pd.Series[Any], made: pd.Series[Any]) -> bool:
    """Whether the newest values are equal to the last bit, unknown ones included."""
    one, other = (column.tail(COMPARED).to_numpy("float64") for column in (given, made))
    return bool(np.array_equal(one, other, equal_nan=True))


def _refuse_wrong(chosen: FeatureConfig | None, declared: dict[str, Feature], same: list[str]) -> None:
    wrong = [name for name in declared if name not in same]
    if chosen is not None and wrong:
        raise DataError(
            "FEATURES-SPEC",
            f"{printable(wrong[0])} is not what --spec makes of these bars ({len(wrong)} columns differ)",
        )


def _same_target(features: pd.DataFrame, config: FeatureConfig) -> bool:
    """Whether the target of all symbols is the one that the config names."""
    import pandas as pd

    enough = features.groupby("symbol")["date"].transform("size") > config.window + config.horizon
    if horizon(features) != config.horizon or not enough.all():
        return False
    given = features.sort_values(["symbol", "date"]).reset_index(drop=True)
    made = build(given[list(BARS.columns)], _targets_only(config))
    known = (given["direction"].notna() & made["direction"].notna()).to_numpy()
    one, other = (pd.to_numeric(t["direction"][known]).to_numpy("float64") for t in (given, made))
    return bool(np.array_equal(one, other))


def _targets_only(config: FeatureConfig) -> FeatureConfig:
    """The same target beside as few features as can be."""
    from dataclasses import replace

    return replace(config, sets=("lags",), channels=("range",), lags=(0,), plugins=())


def _known_after(read: list[Feature], config: FeatureConfig) -> int:
    """Bars until all columns are known, as seen on a random walk."""
    fewest = config.window + config.horizon + 1
    if not read:
        return fewest
    known = np.isfinite(compute(any_bars(max(longest(read), fewest) + 8), read)).all(axis=1)
    return max(int(np.argmax(known.to_numpy())) + 1, fewest)


def any_bars(rows: int) -> pd.DataFrame:
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
