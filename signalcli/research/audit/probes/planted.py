"""Planted worlds: bars whose directions are coin flips, and a column that knows the next return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from signalcli.errors import SignalcliError
from signalcli.features.labels.overlap import horizon
from signalcli.research.audit.compare import snapshot
from signalcli.research.audit.finding import Finding, make_finding
from signalcli.research.audit.probes.rows import LATER, probe_rows
from signalcli.research.audit.stages.stage import Chain, Stage
from signalcli.schemas import PRICES

SIGMAS = 6.0  # distance from one half at which a hit rate is no accident
FEWEST = 60  # independent rows below which a hit rate is not tested
CANARY = "canary"
NOWHERE = np.datetime64("NaT", "us")


def coin_flip_bars(bars: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same bars with the sign of each bar's move drawn by a coin: sizes stay, directions do not."""
    rng = np.random.default_rng(seed)
    parts = [_flip(part, rng) for _, part in bars.groupby("symbol", sort=False)]
    return pd.concat(parts, ignore_index=True)


def _flip(bars: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    logs = {name: np.log(bars[name].to_numpy("float64")) for name in PRICES}
    before = np.r_[logs["open"][:1], logs["close"][:-1]]
    sign = np.where(rng.random(len(bars)) < 0.5, -1.0, 1.0)
    moves = {name: (values - before) * sign for name, values in logs.items()}
    start = before[0] + np.r_[0.0, np.cumsum(moves["close"])[:-1]]
    high, low = np.maximum(moves["high"], moves["low"]), np.minimum(moves["high"], moves["low"])
    moves |= {"high": high, "low": low}
    return bars.assign(**{name: np.exp(start + values) for name, values in moves.items()})


def probe_coin_flips(chain: Chain, bars: pd.DataFrame) -> Iterator[Finding]:
    """Models that call coin flips right more often than chance."""
    table = coin_flip_bars(bars)
    for stage in chain:
        if stage.kind == "trade":
            break
        try:
            table = stage.output(table)
        except SignalcliError:  # such as one direction in a training part
            return
        if stage.kind == "fit":
            yield from _too_good(table, stage.name)


def _too_good(predictions: pd.DataFrame, stage: str) -> Iterator[Finding]:
    ahead = horizon(predictions)
    for model, rows in predictions.groupby("model"):
        up = rows["p_up"].to_numpy("float64")
        down = rows["p_down"].to_numpy("float64") if "p_down" in rows else 1.0 - up
        side, outcome = np.sign(up - down), np.sign(rows["forward_return"].to_numpy("float64"))
        judged = np.isfinite(side * outcome) & (side * outcome != 0)
        n, hits = int(judged.sum()), float(np.mean((side == outcome)[judged])) if judged.any() else 0.5
        sigmas = (hits - 0.5) * 2.0 * np.sqrt(n / ahead)
        if n / ahead >= FEWEST and sigmas > SIGMAS:
            text = f"{model} calls {hits:.1%} of {n} coin flips, {sigmas:.0f} standard errors above one half"
            yield make_finding(stage, "p_up", NOWHERE, None, "coin-flips", text)


def probe_canary(stage: Stage, bars: pd.DataFrame) -> Iterator[Finding]:
    """Nothing if the row probes find a planted column that knows the next return, else a finding."""

    def run(table: pd.DataFrame) -> pd.DataFrame:
        ahead = table.groupby("symbol")["close"].shift(-1) / table["close"] - 1.0
        return table[["symbol", "date"]].assign(**{CANARY: ahead})

    ordered = bars.sort_values(["symbol", "date"], ignore_index=True)
    blind = replace(stage, run=run, run_until=None, repeat=None, memory=2, narrow=None)
    guilt = probe_rows(blind, ordered, snapshot(run(ordered)))
    if CANARY not in guilt.columns_of(LATER):
        yield make_finding(stage.name, CANARY, NOWHERE, 1, "blind", "a planted leak was not found")
