"""A saved model as a chain of one stage: BARS → SIGNALS of every row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable
from signalcli.features.build import build_sorted, processors
from signalcli.features.sorted_bars import sort_bars
from signalcli.research.audit.probes.worlds import SIGN
from signalcli.research.audit.stages.stage import Chain, Stage
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.inputs import complete_rows, refuse_plugins, to_matrix
from signalcli.serving.predict import predict, signals_of_rows


def saved_chain(bundles: Sequence[Bundle], bars: pd.DataFrame, plugins: tuple[str, ...] = ()) -> Chain:
    """The stage that makes the signals of saved models.

    Raises as `signalcli.serving.predict.predict` does for bars that the models do not fit, and ConfigError
    for plug-ins that were not named.
    """
    predict(bundles, bars, every=True, plugins=plugins)
    for bundle in bundles:
        refuse_plugins(bundle, plugins)
    memory = max(bundle.manifest.settled_history for bundle in bundles)
    return (Stage("predict", "rows", lambda table: _signals(bundles, table), memory),)


def _signals(bundles: Sequence[Bundle], bars: pd.DataFrame) -> pd.DataFrame:
    alone = bars["symbol"].str.partition(SIGN)[0]
    parts = [
        _signals_of(bundle, bars[alone == symbol])
        for bundle in bundles
        for symbol in alone.unique()
        if bundle.manifest.symbol in {None, symbol}
    ]
    if not parts:
        raise DataError("PREDICT-SYMBOL", f"no model of {printable(alone.iloc[0])}")
    return pd.concat(parts).sort_values(["symbol", "date"], ignore_index=True)


def _signals_of(bundle: Bundle, bars: pd.DataFrame) -> pd.DataFrame:
    """Signals of the rows with every input."""
    manifest = bundle.manifest
    table = build_sorted(sort_bars(bars), manifest.config, processors())
    known = np.flatnonzero(complete_rows(to_matrix(manifest, table)))
    return signals_of_rows(bundle, table.iloc[known].reset_index(drop=True), manifest.rule)
