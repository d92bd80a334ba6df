"""PREDICTIONS × trading rule → RETURNS: positions, fills, costs, equity."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.accounts import BATCH, account, columns_of, market_of
from signalcli.errors import DataError, printable
from signalcli.runs import runs
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
    fitted = checked(predictions)
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


def checked(predictions: pd.DataFrame) -> pd.DataFrame:
    """Rows of the models; those of buy & hold are made anew. Raises what `backtest` raises."""
    held = predictions["model"] == BUY_HOLD
    fitted = predictions[~held] if held.any() else predictions
    _check_probabilities(fitted)
    _check_prices(predictions)
    return fitted


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
    prices = [predictions[name].to_numpy("float64") for name in ("open", "close")]
    wrong = ~functools.reduce(np.logical_and, ((p > 0) & (p < np.inf) for p in prices))
    _refuse(predictions, wrong, "DATA-PRICE", "open or close is not a price above 0", "fetch drops such bars")


def _refuse(rows: pd.DataFrame, wrong: np.ndarray, code: str, what: str, hint: str) -> None:
    """DataError that names the first wrong row and counts them all."""
    if wrong.any():
        symbol, date, model = (printable(v) for v in rows.loc[wrong, ["symbol", "date", "model"]].iloc[0])
        raise DataError(code, f"{symbol} {date} {model}: {what} ({wrong.sum()} rows in all); {hint}")


def positions(predictions: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Position decided at each row's close, a share of equity, negative when short, (n_rows,)."""
    up, down = directions(predictions)
    if simple(rule):
        return sides(up, down, rule)
    out = np.empty(len(predictions))
    columns = columns_of(predictions)
    for rows in runs(predictions, run_of(predictions)).each():
        out[rows] = wanted(up[rows], down[rows], market_of(columns, rows), rule)
    return out


def directions(predictions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of up and down that positions are made of, each (n_rows,)."""
    up = predictions["p_up"].to_numpy("float64")
    down = predictions["p_down"].to_numpy("float64") if "p_down" in predictions else 1.0 - up
    return abstained(up, down, predictions[BAND].to_numpy("float64")) if BAND in predictions else (up, down)


def _buy_and_hold(predictions: pd.DataFrame) -> pd.DataFrame:
    """Always long, for each row of each symbol once; it has no probability."""
    rows = once(predictions)
    unknown = {c: np.nan for c in (*CLASS_COLUMNS.values(), BAND) if c in rows}
    return rows.assign(model=BUY_HOLD, position=1.0, **unknown)


def once(predictions: pd.DataFrame) -> pd.DataFrame:
    """The first row of each symbol and date (and path)."""
    if PATH in predictions:
        return predictions.drop_duplicates(["symbol", "date", PATH])
    new_date = _new_dates(predictions)
    if new_date is None:
        return predictions.drop_duplicates(["symbol", "date"])
    return predictions if new_date.all() else predictions[new_date]


def _new_dates(predictions: pd.DataFrame) -> np.ndarray | None:
    """Whether each row is the first of its symbol and date; None where equal ones do not stand together.

    PREDICTIONS do, and looking at the row before is a tenth of looking for it in the table.
    """
    symbols = runs(predictions, ["symbol"])
    if not isinstance(symbols.order, slice):
        return None
    date, new = predictions["date"].to_numpy().view("int64"), np.ones(len(predictions), dtype=bool)
    new[1:] = date[1:] != date[:-1]
    sorted_dates = date[1:] >= date[:-1]
    sorted_dates[symbols.borders[1:-1] - 1] = True
    new[symbols.borders[:-1]] = True
    return new if sorted_dates.all() else None


def _accounts(every: pd.DataFrame, rule: TradingRule) -> dict[str, np.ndarray]:
    """The booked columns of all runs, in the order of the rows; arrays are cut, tables are slow to."""
    columns, position = columns_of(every), every["position"].to_numpy("float64")
    booked = {name: np.empty(len(every)) for name in BOOKED}
    found = runs(every, run_of(every))
    for first, behind in found.batches(1 if rule.in_turn else BATCH):
        rows, firsts = found.rows(first, behind), found.borders[first:behind] - found.borders[first]
        market = market_of(columns, rows)
        account_of = account(market.opens, market.closes, position[rows], rule, market, firsts)
        for name, values in account_of.items():
            booked[name][rows] = values
    return booked
