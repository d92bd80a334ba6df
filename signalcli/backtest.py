"""PREDICTIONS × trading rule → RETURNS: positions, fills, costs, equity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.errors import DataError, printable
from signalcli.specs.trading import TradingRule
from signalcli.tables import BASELINES, CLASS_COLUMNS, PATH, RETURNS, check, run_of

if TYPE_CHECKING:
    import pandas as pd

BUY_HOLD = BASELINES[0]


def backtest(predictions: pd.DataFrame, rule: TradingRule | None = None) -> pd.DataFrame:
    """RETURNS of PREDICTIONS, with buy & hold as a further model of every symbol.

    Raises DataError when a probability is unknown or not between 0 and 1, or a price not above 0.
    """
    import pandas as pd

    rule = rule or TradingRule()
    fitted = predictions[predictions["model"] != BUY_HOLD]  # buy & hold is made anew
    _check_probabilities(fitted)
    _check_prices(predictions)
    decided = fitted.assign(position=positions(fitted, rule))
    every = pd.concat([decided, _buy_and_hold(predictions)], ignore_index=True)
    parts = [_accounted(rows, rule) for _, rows in every.groupby(run_of(every), sort=True)]
    return check(pd.concat(parts, ignore_index=True), RETURNS, "returns")


def _check_probabilities(fitted: pd.DataFrame) -> None:
    for column in [c for c in CLASS_COLUMNS.values() if c in fitted]:
        p = fitted[column].to_numpy("float64")
        wrong = ~((p >= 0) & (p <= 1))  # NaN is wrong as well
        _refuse(
            fitted,
            wrong,
            "DATA-PROBABILITY",
            f"{column} is not between 0 and 1",
            "a row without a prediction does not belong into PREDICTIONS",
        )


def _check_prices(predictions: pd.DataFrame) -> None:
    prices = predictions[["open", "close"]].to_numpy("float64")
    wrong = ~(np.isfinite(prices) & (prices > 0)).all(axis=1)
    _refuse(predictions, wrong, "DATA-PRICE", "open or close is not a price above 0", "fetch drops such bars")


def _refuse(rows: pd.DataFrame, wrong: np.ndarray, code: str, what: str, hint: str) -> None:
    """DataError that names the first wrong row and counts them all."""
    if wrong.any():
        symbol, date, model = (printable(v) for v in rows.loc[wrong, ["symbol", "date", "model"]].iloc[0])
        raise DataError(code, f"{symbol} {date} {model}: {what} ({wrong.sum()} rows in all); {hint}")


def positions(predictions: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Position decided at each row's close: 1 long, -1 short, 0 flat, (n_rows,)."""
    up = predictions["p_up"].to_numpy()
    down = predictions["p_down"].to_numpy() if "p_down" in predictions else 1.0 - up
    long = (up > rule.threshold) & (up > down)
    short = (down > rule.threshold) & (down > up) & (not rule.long_only)
    return long.astype("float64") - short.astype("float64")


def _buy_and_hold(predictions: pd.DataFrame) -> pd.DataFrame:
    """Always long, for each row of each symbol once; it has no probability."""
    rows = predictions.drop_duplicates(["symbol", "date", *([PATH] if PATH in predictions else [])])
    unknown = {c: np.nan for c in CLASS_COLUMNS.values() if c in rows}
    return rows.assign(model=BUY_HOLD, position=1.0, **unknown)


def _accounted(rows: pd.DataFrame, rule: TradingRule) -> pd.DataFrame:
    prices = rows["open"].to_numpy(), rows["close"].to_numpy()
    return rows.assign(**account(*prices, rows["position"].to_numpy(), rule))


def account(
    opens: np.ndarray, closes: np.ndarray, position: np.ndarray, rule: TradingRule
) -> dict[str, np.ndarray]:
    """Book a sequence of positions of one symbol.

    Parameters
    ----------
    opens, closes : (n_bars,) prices
    position : (n_bars,)
        Share of equity, -1 … 1, decided at each close and held over the next bar; before the first bar it
        is 0. The share is restored at every fill and every close, and nothing is sold at the end: the last
        value of the equity would otherwise depend on where the table was cut.
    rule : TradingRule
        Fill and cost.

    Returns
    -------
    dict of (n_bars,) arrays
        turnover (traded share of equity during the bar), gross_return, cost, net_return (fractions of
        the bar), equity (1 before the first bar, 0 for good once lost) and drawdown (≥ 0).
    """
    book = _fill_at_next_open if rule.fill == "next_open" else _fill_at_close
    turnover, before, after = book(opens, closes, position)
    paid = np.minimum(turnover * rule.cost_bps / 1e4, 1.0)
    # No factor below 0: two ruins within a bar would multiply to a fortune.
    gross = np.maximum(1.0 + before, 0.0) * np.maximum(1.0 + after, 0.0)
    equity = np.cumprod(gross * (1.0 - paid))
    alive = np.concatenate([[True], equity[:-1] > 0])  # the ruined trade no more
    peak = np.maximum(np.maximum.accumulate(equity), 1.0)
    return {
        "turnover": turnover * alive,
        "gross_return": (gross - 1.0) * alive,
        "cost": paid * alive,
        "net_return": (gross * (1.0 - paid) - 1.0) * alive,
        "equity": equity,
        "drawdown": 1.0 - equity / peak,
    }


Booked = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Turnover of each bar, and the position's returns before and after the trade within the bar."""


def _fill_at_next_open(opens: np.ndarray, closes: np.ndarray, position: np.ndarray) -> Booked:
    """The old position lives through the night, the new one is taken at the open."""
    new = _before(position)
    old = _before(new)
    night = opens / np.concatenate([opens[:1], closes[:-1]]) - 1.0
    return np.abs(new - old), old * night, new * (closes / opens - 1.0)


def _fill_at_close(opens: np.ndarray, closes: np.ndarray, position: np.ndarray) -> Booked:  # noqa: ARG001
    """The old position lives through the bar, the new one is taken at its close."""
    old = _before(position)
    bar = closes / np.concatenate([closes[:1], closes[:-1]]) - 1.0
    return np.abs(position - old), old * bar, np.zeros(len(closes))


def _before(x: np.ndarray) -> np.ndarray:
    """The value one bar ago; flat before the first bar."""
    return np.concatenate([[0.0], x[:-1]])
