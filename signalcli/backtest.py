"""PREDICTIONS × trading rule → RETURNS: positions, fills, costs, equity."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.accounts import account, columns_of, market_of
from signalcli.errors import DataError, printable
from signalcli.metrics.record import runs
from signalcli.sizing import abstained, sides, simple, wanted
from signalcli.specs.trading import TradingRule
from signalcli.tables import BAND, BASELINES, CLASS_COLUMNS, PATH, RETURNS, check, run_of

if TYPE_CHECKING:
    import pandas as pd

BUY_HOLD = BASELINES[0]
BOOKED = ("turnover", "gross_return", "cost", "net_return", "equity", "drawdown")


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
    parts = [part.assign(**_accounts(part, rule)) for part in (decided, _buy_and_hold(predictions))]
    order = _interleaved(decided, len(parts[1]))
    if order is None:
        return check(pd.concat(parts, ignore_index=True), RETURNS, "returns")
    return pd.DataFrame(
        {name: _taken(parts[0][name], parts[1][name], order) for name in parts[0]}, copy=False
    )


def _taken(first: pd.Series[Any], second: pd.Series[Any], order: np.ndarray) -> Any:
    """Values of two columns, one behind the other, in an order; NumPy's own types without a detour."""
    import pandas as pd

    if isinstance(first.dtype, np.dtype):
        return np.concatenate([first.to_numpy(), second.to_numpy()])[order]
    return pd.concat([first, second], ignore_index=True).array.take(order)


def _interleaved(decided: pd.DataFrame, held: int) -> np.ndarray | None:
    """Order of the rows of models, then of so many of buy & hold, that puts them together by key.

    None when the rows of the models do not stand in that order yet, as they do in PREDICTIONS: then they have
    to be sorted, which takes longer than the backtest.
    """
    import pandas as pd

    if PATH in decided or not len(decided):
        return None
    symbol, names = pd.factorize(decided["symbol"])
    model, models = pd.factorize(decided["model"], sort=True)
    date = decided["date"].to_numpy()
    new_symbol, new_date = np.diff(symbol) != 0, np.diff(date) > np.timedelta64(0)
    in_order = new_symbol | new_date | ((np.diff(date) == np.timedelta64(0)) & (np.diff(model) > 0))
    if not (in_order.all() and (np.diff(symbol) >= 0).all() and list(names) == sorted(names)):
        return None
    group = np.concatenate([[0], np.cumsum(new_symbol | new_date)])
    if group[-1] + 1 != held:
        return None
    behind = (model >= np.searchsorted(np.asarray(models, dtype=str), BUY_HOLD)).astype("int64")
    order = np.empty(len(decided) + group[-1] + 1, dtype="int64")
    order[np.arange(len(decided)) + group + behind] = np.arange(len(decided))
    before = np.cumsum(np.bincount(group) - np.bincount(group, weights=behind).astype("int64"))
    others = np.cumsum(np.bincount(group, weights=behind).astype("int64"))
    place = np.arange(group[-1] + 1) + before + np.concatenate([[0], others[:-1]])
    order[place] = len(decided) + np.arange(group[-1] + 1)
    return order


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
    """Position decided at each row's close, a share of equity, negative when short, (n_rows,)."""
    up = predictions["p_up"].to_numpy()
    down = predictions["p_down"].to_numpy() if "p_down" in predictions else 1.0 - up
    if BAND in predictions:
        up, down = abstained(up, down, predictions[BAND].to_numpy("float64"))
    if simple(rule):
        return sides(up, down, rule)
    out = np.empty(len(predictions))
    columns = columns_of(predictions)
    order, borders, _ = runs(predictions, run_of(predictions))
    rows = np.arange(len(predictions))[order]
    for first, behind in pairwise(borders):
        mine = rows[first:behind]
        out[mine] = wanted(up[mine], down[mine], market_of(columns, mine), rule)
    return out


def _buy_and_hold(predictions: pd.DataFrame) -> pd.DataFrame:
    """Always long, for each row of each symbol once; it has no probability."""
    rows = predictions.drop_duplicates(["symbol", "date", *([PATH] if PATH in predictions else [])])
    unknown = {c: np.nan for c in (*CLASS_COLUMNS.values(), BAND) if c in rows}
    return rows.assign(model=BUY_HOLD, position=1.0, **unknown)


def _accounts(every: pd.DataFrame, rule: TradingRule) -> dict[str, np.ndarray]:
    """The booked columns of all runs, in the order of the rows; arrays are cut, tables are slow to."""
    order, borders, _ = runs(every, run_of(every))
    columns = {name: values[order] for name, values in columns_of(every).items()}
    position = every["position"].to_numpy("float64")[order]
    booked = {name: np.empty(len(every)) for name in BOOKED}
    for first, behind in pairwise(borders):
        part = slice(first, behind)
        market = market_of(columns, part)
        found = account(market.opens, market.closes, position[part], rule, market)
        for name, values in found.items():
            booked[name][part] = values
    return {name: _put_back(values, order) for name, values in booked.items()}


def _put_back(values: np.ndarray, order: np.ndarray | slice) -> np.ndarray:
    out = np.empty_like(values)
    out[order] = values
    return out
