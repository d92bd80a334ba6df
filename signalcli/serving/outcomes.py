"""SIGNALS × BARS → PREDICTIONS: past signals with their outcomes, ready for a backtest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable
from signalcli.features.labels.next_return import direction, forward_return
from signalcli.schemas import CLASS_COLUMNS, PREDICTIONS, check


def realized_predictions(signals: pd.DataFrame, bars: pd.DataFrame, dead_zone: float = 0.0) -> pd.DataFrame:
    """PREDICTIONS of past signals, with the returns and directions that followed in the bars.

    Parameters
    ----------
    signals : DataFrame
        SIGNALS, as ``predict --append`` collects them.
    bars : DataFrame
        BARS from the first signal to as late as possible.
    dead_zone : float
        Dead zone with which the model was fitted, as a fraction.

    Notes
    -----
    From the first signal to the last, a bar without a signal (a missed night) is flat and not scored. The
    horizon of the signals is taken from their ``valid_until``. Raises DataError for a signal whose date or
    close is not in the bars: it was made from other prices.
    """
    parts = [
        _of_model(rows, bars[bars["symbol"] == symbol].reset_index(drop=True), dead_zone)
        for (symbol, _), rows in signals.groupby(["symbol", "model"], sort=True)
    ]
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "signals")


def _of_model(signals: pd.DataFrame, bars: pd.DataFrame, dead_zone: float) -> pd.DataFrame:
    _refuse_other_prices(signals, bars)
    horizon = _infer_horizon(signals, bars)
    returns = forward_return(bars["close"].to_numpy(), horizon)
    labeled = bars.assign(
        forward_return=returns,
        direction=direction(returns, dead_zone),
        label_end=bars["date"].shift(-horizon),
        fold=0,
    )
    span = labeled["date"].between(signals["date"].iloc[0], signals["date"].iloc[-1])
    columns = [c for c in CLASS_COLUMNS.values() if c in signals]
    by_date = signals.set_index("date")[columns].reindex(labeled.loc[span, "date"])
    missing = by_date["p_up"].isna().to_numpy()
    predictions = labeled[span].assign(
        model=signals["model"].iloc[0], **{c: by_date[c].to_numpy() for c in columns}
    )
    predictions.loc[missing, ["forward_return", "direction"]] = np.nan
    predictions.loc[missing, columns] = 1.0 / max(len(columns), 2)
    return predictions


def _refuse_other_prices(signals: pd.DataFrame, bars: pd.DataFrame) -> None:
    closes = signals["date"].map(bars.set_index("date")["close"]).to_numpy("float64")
    different = ~np.isclose(closes, signals["close"].to_numpy(), rtol=1e-6)
    if different.any():
        symbol, date = signals.loc[different, ["symbol", "date"]].iloc[0]
        raise DataError(
            "SCORE-BARS",
            f"{printable(symbol)} {date:%Y-%m-%d}: the close of the signal is not in the bars "
            f"({different.sum()} signals in all); use the bars, and the --adjust, that predict read",
        )


def _infer_horizon(signals: pd.DataFrame, bars: pd.DataFrame) -> int:
    """Bars for which a signal is valid, from those whose last bar is there; 1 if there is none."""
    dates = bars["date"].to_numpy()
    complete = signals[signals["valid_until"] <= dates[-1]]
    steps = np.searchsorted(dates, complete["valid_until"]) - np.searchsorted(dates, complete["date"])
    return max(int(np.median(steps)), 1) if len(steps) else 1
