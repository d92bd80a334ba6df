"""SIGNALS × BARS → PREDICTIONS: what became of the signals a model gave, as if it had been a backtest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.errors import DataError, printable
from signalcli.features.labels.next_return import direction, forward_return
from signalcli.schemas import CLASS_COLUMNS, PREDICTIONS, check

if TYPE_CHECKING:
    import pandas as pd


def outcomes(signals: pd.DataFrame, bars: pd.DataFrame, dead_zone: float = 0.0) -> pd.DataFrame:
    """PREDICTIONS of the signals that were given, with what the bars say came of them.

    Parameters
    ----------
    signals : DataFrame
        SIGNALS, as ``predict --append`` keeps them.
    bars : DataFrame
        BARS that reach from the first signal to as late as possible.
    dead_zone : float
        The fraction that the model was fitted with.

    Notes
    -----
    From the first signal to the last, a bar without a signal (a night that was missed) is traded flat
    and not judged. A signal looks as many bars ahead as its ``valid_until`` says. Raises DataError for one
    whose date is no bar, or whose close is not the bar's: it was given on other prices.
    """
    import pandas as pd

    parts = [
        _of_model(rows, bars[bars["symbol"] == symbol].reset_index(drop=True), dead_zone)
        for (symbol, _), rows in signals.groupby(["symbol", "model"], sort=True)
    ]
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "signals")


def _of_model(signals: pd.DataFrame, bars: pd.DataFrame, dead_zone: float) -> pd.DataFrame:
    _refuse_strange(signals, bars)
    returns = forward_return(bars["close"].to_numpy(), _horizon(signals, bars))
    judged = bars.assign(
        forward_return=returns,
        direction=direction(returns, dead_zone),
        label_end=bars["date"].shift(-_horizon(signals, bars)),
        fold=0,
    )
    span = judged["date"].between(signals["date"].iloc[0], signals["date"].iloc[-1])
    chances = [c for c in CLASS_COLUMNS.values() if c in signals]
    given = signals.set_index("date")[chances].reindex(judged.loc[span, "date"])
    silent = given["p_up"].isna().to_numpy()
    found = judged[span].assign(model=signals["model"].iloc[0], **{c: given[c].to_numpy() for c in chances})
    found.loc[silent, ["forward_return", "direction"]] = np.nan
    found.loc[silent, chances] = 1.0 / max(len(chances), 2)
    return found


def _refuse_strange(signals: pd.DataFrame, bars: pd.DataFrame) -> None:
    closes = signals["date"].map(bars.set_index("date")["close"]).to_numpy("float64")
    strange = ~np.isclose(closes, signals["close"].to_numpy(), rtol=1e-6)
    if strange.any():
        symbol, date = signals.loc[strange, ["symbol", "date"]].iloc[0]
        raise DataError(
            "SCORE-BARS",
            f"{printable(symbol)} {date:%Y-%m-%d}: the signal was given at a close that the bars do not have "
            f"({strange.sum()} signals in all); use the bars, and the --adjust, that predict read",
        )


def _horizon(signals: pd.DataFrame, bars: pd.DataFrame) -> int:
    """Bars that a signal is valid for, as those have it whose last bar is there."""
    dates = bars["date"].to_numpy()
    over = signals[signals["valid_until"] <= dates[-1]]
    ahead = np.searchsorted(dates, over["valid_until"]) - np.searchsorted(dates, over["date"])
    return max(int(np.median(ahead)), 1) if len(ahead) else 1
