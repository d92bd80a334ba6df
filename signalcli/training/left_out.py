"""FEATURES → what a fit leaves out: rows with an unknown feature, and symbols without a complete row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.universe import are_members
from signalcli.errors import count, first_of, printable
from signalcli.features.labels.overlap import label_reach
from signalcli.features.named import features_by_name
from signalcli.models.meta.calibrated import MIN_ROWS, can_calibrate
from signalcli.models.meta.conformal import can_cover
from signalcli.schemas import MEMBER, feature_columns
from signalcli.training.plan import (
    complete_rows,
    list_inputs,
    make_plan,
    seal_holdout,
    training_directions,
    warmed_up,
)

LISTED = 5  # symbols that a line names


def left_out(features: pd.DataFrame, folds: FoldConfig) -> list[str]:
    """One line for each kind of rows and symbols that a fit leaves out; the usual warm-up is not one."""
    rows, columns = seal_holdout(_members(features), folds), feature_columns(features)
    complete = complete_rows(rows, columns)
    after_warm_up = warmed_up(rows, complete)
    if not after_warm_up.any():  # the fit refuses such a table
        return []
    return [
        *_empty_holdout(features["date"], folds),
        *_lost_symbols(rows["symbol"], after_warm_up),
        *_long_warm_up(rows, columns, after_warm_up),
        *_unknown_features(rows[columns], after_warm_up & ~complete, after_warm_up),
    ]


def _empty_holdout(dates: pd.Series[pd.Timestamp], folds: FoldConfig) -> list[str]:
    """A hold-out that begins after the last row."""
    if folds.holdout is None or folds.open_holdout or dates.max() >= pd.Timestamp(folds.holdout):
        return []
    return [f"--holdout {folds.holdout} holds no row out: the last one is of {dates.max():%Y-%m-%d}"]


def _members(features: pd.DataFrame) -> pd.DataFrame:
    """Rows inside the universe; the others are counted where it is read."""
    return features[are_members(features)].reset_index(drop=True) if MEMBER in features else features


def skipped(
    features: pd.DataFrame, predictions: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> list[str]:
    """One line that names the symbols with rows that could not be fitted, and the reason of the first."""
    if config.pooled or features["symbol"].nunique() == predictions["symbol"].nunique():
        return []
    reasons = make_plan(features, config, folds).left_out
    if not reasons:
        return []
    return [f"{len(reasons)} of {features['symbol'].nunique()} symbols left out: {first_of(reasons)}"]


def unmeasured(features: pd.DataFrame, config: FitConfig, folds: FoldConfig) -> list[str]:
    """One line for each of ``--calibrate`` and ``--coverage`` that some fits have too few rows for."""
    asked: list[tuple[str, Callable[[np.ndarray, int], bool], str]] = []
    if config.calibrate is not None:
        text = f"not calibrated: the last quarter of their training rows has fewer than {MIN_ROWS}, or holds"
        asked.append((f"--calibrate {config.calibrate}", can_calibrate, f"{text} a direction of its own"))
    if config.coverage is not None:
        text = "without a position: their earlier training rows hold one direction"
        asked.append((f"--coverage {config.coverage:g}", can_cover, text))
    parts = list(_training_parts(features, config, folds)) if asked else []
    lost = ((flag, sum(not enough(*part) for part in parts), text) for flag, enough, text in asked)
    return [
        f"{flag}: {number} of {count(len(parts), 'fit')} are {text}" for flag, number, text in lost if number
    ]


def _training_parts(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> Iterator[tuple[np.ndarray, int]]:
    """Directions of the training rows of each symbol, fold and choice of inputs; bars that labels overlap."""
    plan = make_plan(features, config, folds)
    inputs = list_inputs(plan.columns, config.models)
    for group in plan.groups:
        overlap = label_reach(group.rows).overlap
        yield from ((directions, overlap) for _, directions in training_directions(group, inputs))


def _lost_symbols(symbols: pd.Series[str], after_warm_up: np.ndarray) -> list[str]:
    """Symbols without a row on which every feature is known."""
    lost = sorted(set(symbols) - set(symbols[after_warm_up]))
    if not lost:
        return []
    of_all = f"{len(lost)} of {symbols.nunique()} symbols"
    return [f"{of_all} have no row with every feature and are left out: {_names(lost)}"]


def _long_warm_up(rows: pd.DataFrame, columns: list[str], after_warm_up: np.ndarray) -> list[str]:
    """Symbols with more rows before their first complete one than after it, and features that begin late."""
    symbols = rows["symbol"]
    share = pd.Series(after_warm_up).groupby(symbols.to_numpy()).mean()
    half = sorted(share.index[(share > 0) & (share < 0.5)])
    late = _late_features(rows, columns, symbols.isin(share.index[share > 0]).to_numpy())
    begun = np.logical_and.reduce([_begun(rows, name) for name in late]) if late else after_warm_up | True
    concerned = symbols.isin([*half, *symbols[~begun & symbols.isin(share.index[share > 0])]]).to_numpy()
    first = np.count_nonzero(~after_warm_up & concerned)
    if not first:
        return []
    over = f", over half of {_names(half)}" if half else ""
    later = f"; later than the others begin {_costs(late)}" if late else ""
    return [f"{first:,} rows before the first with every feature are left out{over}{later}"]


def _late_features(rows: pd.DataFrame, columns: list[str], used: np.ndarray) -> dict[str, int]:
    """Features that no set computes and that begin after the computed ones, and the rows each costs."""
    computed = features_by_name(columns)
    usual = used & warmed_up(rows, complete_rows(rows, [c for c in columns if c in computed]))
    lost = {c: int(np.count_nonzero(usual & ~_begun(rows, c))) for c in columns if c not in computed}
    return {name: number for name, number in lost.items() if number}


def _begun(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Which rows are not before the first of their symbol that knows the column, bool (n_rows,)."""
    return warmed_up(rows, np.isfinite(rows[column].to_numpy("float64")))


def _costs(rows_lost: Mapping[str, int]) -> str:
    """The features that cost most rows, with their number."""
    costly = sorted((item for item in rows_lost.items() if item[1]), key=lambda item: -item[1])
    more = f" and {len(costly) - LISTED} more" if costly[LISTED:] else ""
    return ", ".join(f"{printable(name)} ({rows:,})" for name, rows in costly[:LISTED]) + more


def _unknown_features(features: pd.DataFrame, unknown: np.ndarray, after_warm_up: np.ndarray) -> list[str]:
    """Rows after the warm-up on which a feature is unknown."""
    if not unknown.any():
        return []
    costs = _costs(features[unknown].isna().sum().to_dict())
    count = f"{unknown.sum():,} of {after_warm_up.sum():,} rows have an unknown feature: {costs}"
    return [f"{count}; a model that reads it does not train on them and gives no forecast there"]


def _names(symbols: list[str]) -> str:
    """The first symbols, and how many there are besides."""
    more = f" and {len(symbols) - LISTED} more" if len(symbols) > LISTED else ""
    return printable(", ".join(symbols[:LISTED])) + more
