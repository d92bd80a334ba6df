"""Refuse a table with features that know the next return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.leaks import LeakConfig
from signalcli.data.bars import KEY
from signalcli.errors import DataError, count, printable, typed
from signalcli.features.catalogue import select_features
from signalcli.features.extra import choose_extra
from signalcli.features.leaks.computed import is_causal
from signalcli.features.leaks.find import Leak, find_leaks
from signalcli.schemas import feature_columns

WayOut = Callable[[list[str]], str]


def exclude(names: list[str]) -> str:
    """The flag of fit and run that leaves these features out."""
    return f"--exclude {typed(names)} leaves them out"


def refuse_leaks(
    features: pd.DataFrame,
    columns: Sequence[str],
    config: LeakConfig,
    way_out: WayOut = exclude,
    made_with: FeatureConfig | None = None,
) -> None:
    """Raise DataError that names the columns which know the next return, unless ``config`` allows them.

    ``way_out`` says how to leave such columns out. A suspect that ``made_with`` declares, a plug-in's say, is
    computed again on fewer bars: when it keeps its values, the world is predictable and it is no leak.
    """
    suspects = find_leaks(features, [name for name in columns if name not in config.allow_leak])
    leaks = _without_causal(suspects, features, made_with)
    if leaks:
        names = [leak.column for leak in leaks]
        raise _error("feature", leaks, f"{way_out(names)}, --allow-leak {typed(names)} keeps them")


def refuse_leaks_beside(
    bars: pd.DataFrame, features: pd.DataFrame, config: FeatureConfig, leaks: LeakConfig
) -> None:
    """Raise DataError for columns of numbers that came with the bars, are no features, and know the return.

    Left out they harm nothing; but whoever put them there may have looked ahead in others.
    """
    extra = choose_extra(bars, config)
    columns = [name for name in (*extra.not_named, *extra.sparse) if name not in leaks.allow_leak]
    if not columns:
        return
    numbers = bars[KEY].assign(**{name: extra.numbers[name] for name in columns})
    known = features.merge(numbers, on=KEY, how="left")
    found = find_leaks(known, columns)
    if found:
        flag = f"--allow-leak {typed([leak.column for leak in found])}"
        raise _error("column", found, f"remove them, or go on without them by {flag}")


def _error(what: str, leaks: list[Leak], cure: str) -> DataError:
    said = "; ".join(f"{printable(leak.column)} {leak.what}" for leak in leaks)
    return DataError("FEATURES-LEAK", f"{count(len(leaks), what)} of the future: {said}; {cure}")


def _without_causal(
    suspects: list[Leak], features: pd.DataFrame, made_with: FeatureConfig | None
) -> list[Leak]:
    if not suspects or made_with is None:
        return suspects
    declared = {f.name: f for f in select_features(made_with)}
    return [
        leak
        for leak in suspects
        if leak.column not in declared or not is_causal(declared[leak.column], features)
    ]


def refuse_foreign_leaks(features: pd.DataFrame, config: FeatureConfig, leaks: LeakConfig) -> None:
    """Raise DataError for the columns that came with the bars or from plug-ins and know the next return."""
    own = {f.name for f in select_features(replace(config, plugins=()))}
    foreign = [name for name in feature_columns(features) if name not in own]
    refuse_leaks(features, foreign, leaks, partial(_fewer, foreign), config)


def _fewer(foreign: list[str], names: list[str]) -> str:
    """The flag of features that leaves these columns out."""
    rest = [name for name in foreign if name not in names]
    return f"--extra {typed(rest)} leaves them out" if rest else "without --extra they are left out"
