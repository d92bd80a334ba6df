"""How the inputs of a model are computed from bars.

`run` and ``fit --spec`` know the config of the features. A FEATURES table from a pipe does not carry it, so
it is inferred from the column names (`feature_inference`). Both are verified: the columns are computed again
from the bars in the table, and one that differs is a column of the user's own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.errors import DataError, printable
from signalcli.features.build import compute
from signalcli.features.catalogue import select_features
from signalcli.features.feature import Feature, longest_look_back
from signalcli.schemas import BARS
from signalcli.serving.bundle.feature_inference import infer_config
from signalcli.serving.bundle.target_inference import is_same_target
from signalcli.testing import random_walk

COMPARED = 64  # newest rows that are computed again


class FeatureRecipe(NamedTuple):
    """How to compute a model's columns.

    Parameters
    ----------
    config : FeatureConfig
        Features and target.
    label_known : bool
        Whether the target of the config is the one in the table.
    own_columns : list of str
        Columns that bars do not give: added or changed by the user, or computed from other symbols.
    min_history : int
        Bars until every column has a value.
    settled_history : int
        Bars after which one more old bar changes no bit of any column.
    """

    config: FeatureConfig
    label_known: bool
    own_columns: list[str]
    min_history: int
    settled_history: int


def make_recipe(
    features: pd.DataFrame, columns: list[str], config: FeatureConfig | None = None
) -> FeatureRecipe:
    """Recipe of those columns of a FEATURES table that a model reads.

    ``config`` is the one that made the table, inferred if None. Raises DataError if it gives other values.
    """
    used = config or infer_config(features, columns)
    declared = {f.name: f for f in select_features(used) if f.name in columns and not f.across}
    tail = _newest_rows(features, longest_look_back(list(declared.values())))
    computed = _compute(tail, list(declared.values()), used)
    same = [name for name in declared if _is_same(tail[name], computed[name])]
    different = [name for name in declared if name not in same]
    if config is not None and different:
        raise DataError(
            "FEATURES-SPEC",
            f"{printable(different[0])} is not what --spec makes of these bars "
            f"({len(different)} columns differ)",
        )
    read = [declared[name] for name in same]
    history = _min_history(read, used)
    return FeatureRecipe(
        used,
        config is not None or is_same_target(features, used),
        [c for c in columns if c not in same],
        history,
        max(longest_look_back(read), history),
    )


def _newest_rows(features: pd.DataFrame, look_back: int) -> pd.DataFrame:
    """Newest rows of the symbol with the most rows, as many as the last `COMPARED` need."""
    symbol = features["symbol"].value_counts().idxmax()
    rows = features[features["symbol"] == symbol].sort_values("date")
    return rows.tail(look_back + COMPARED).reset_index(drop=True)


def _compute(rows: pd.DataFrame, declared: list[Feature], config: FeatureConfig) -> pd.DataFrame:
    columns = compute(rows[list(BARS.columns)], declared)
    return columns.astype("float32").astype("float64") if config.float32 else columns


def _is_same(column: pd.Series[Any], computed: pd.Series[Any]) -> bool:
    """Whether the newest values are equal to the last bit; NaN equals NaN."""
    one, other = (c.tail(COMPARED).to_numpy("float64") for c in (column, computed))
    return bool(np.array_equal(one, other, equal_nan=True))


def _min_history(read: list[Feature], config: FeatureConfig) -> int:
    """Bars until all columns have a value, measured on a random walk."""
    fewest = config.window + config.horizon + 1
    if not read:
        return fewest
    rows = max(longest_look_back(read), fewest) + 8
    finite = np.isfinite(compute(random_walk(rows), read)).all(axis=1)
    return max(int(np.argmax(finite.to_numpy())) + 1, fewest)
