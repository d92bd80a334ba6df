"""FEATURES → what a fit leaves out: rows with an unknown feature, and symbols without a complete row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import printable
from signalcli.schemas import feature_columns
from signalcli.training.plan import complete_rows, make_plan, seal_holdout, warmed_up

LISTED = 5  # symbols that a line names


def left_out(features: pd.DataFrame, folds: FoldConfig) -> list[str]:
    """One line for each kind of rows and symbols that a fit leaves out; the usual warm-up is not one."""
    rows, columns = seal_holdout(features, folds), feature_columns(features)
    complete = complete_rows(rows, columns)
    after_warm_up = warmed_up(rows, complete)
    if not after_warm_up.any():  # the fit refuses such a table
        return []
    return [
        *_lost_symbols(rows["symbol"], after_warm_up),
        *_long_warm_up(rows["symbol"], after_warm_up),
        *_unknown_features(rows[columns], after_warm_up & ~complete, after_warm_up),
    ]


def skipped(
    features: pd.DataFrame, predictions: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> list[str]:
    """One line that names the symbols with rows that could not be fitted, and the reason of the first."""
    if config.pooled or features["symbol"].nunique() == predictions["symbol"].nunique():
        return []
    reasons = make_plan(features, config, folds).left_out
    if not reasons:
        return []
    more = f" and {len(reasons) - 1} more" if reasons[1:] else ""
    return [f"{len(reasons)} of {features['symbol'].nunique()} symbols left out: {reasons[0]}{more}"]


def _lost_symbols(symbols: pd.Series[str], after_warm_up: np.ndarray) -> list[str]:
    """Symbols without a row on which every feature is known."""
    lost = sorted(set(symbols) - set(symbols[after_warm_up]))
    if not lost:
        return []
    of_all = f"{len(lost)} of {symbols.nunique()} symbols"
    return [f"{of_all} have no row with every feature and are left out: {_names(lost)}"]


def _long_warm_up(symbols: pd.Series[str], after_warm_up: np.ndarray) -> list[str]:
    """Symbols with more rows before their first complete one than after it."""
    share = pd.Series(after_warm_up).groupby(symbols.to_numpy()).mean()
    late = sorted(share.index[(share > 0) & (share < 0.5)])
    if not late:
        return []
    first = int(np.count_nonzero(~after_warm_up & symbols.isin(late).to_numpy()))
    return [f"{first:,} rows before the first with every feature are left out, over half of {_names(late)}"]


def _unknown_features(features: pd.DataFrame, unknown: np.ndarray, after_warm_up: np.ndarray) -> list[str]:
    """Rows after the warm-up on which a feature is unknown."""
    if not unknown.any():
        return []
    worst = printable(features[unknown].isna().sum().idxmax())
    count = f"{unknown.sum():,} of {after_warm_up.sum():,} rows have an unknown feature, {worst} most often"
    return [f"{count}: a model that reads it does not train on them and gives no forecast there"]


def _names(symbols: list[str]) -> str:
    """The first symbols, and how many there are besides."""
    more = f" and {len(symbols) - LISTED} more" if len(symbols) > LISTED else ""
    return printable(", ".join(symbols[:LISTED])) + more
