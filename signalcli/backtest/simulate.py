"""PREDICTIONS × trading rule → RETURNS: positions, fills, costs, equity."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.backtest.account import BATCH, account, columns_of, market_of
from signalcli.backtest.groups import runs
from signalcli.backtest.sizing import abstained, sides, simple, wanted
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, printable
from signalcli.schemas import BAND, BASELINES, CLASS_COLUMNS, PATH, RETURNS, check, run_of

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
    places = _interleaved(decided, len(parts[1]))
    if places is None:
        return check(pd.concat(parts, ignore_index=True), RETURNS, "returns")
    return pd.DataFrame(
        {name: _woven(parts[0][name], parts[1][name], places) for name in parts[0]}, copy=False
    )


def _woven(first: pd.Series[Any], second: pd.Series[Any], places: tuple[np.ndarray, np.ndarray]) -> Any:
    """Values of two columns, each put into its places; NumPy's own types are written once."""
    import pandas as pd

    n = len(first) + len(second)
    if isinstance(first.dtype, np.dtype):
        out = np.empty(n, dtype=first.dtype)
        out[places[0]], out[places[1]] = first.to_numpy(), second.to_numpy()
        return out
    order = np.empty(n, dtype="int64")
    order[places[0]], order[places[1]] = np.arange(len(first)), np.arange(len(first), n)
    return pd.concat([first, second], ignore_index=True).array.take(order)


def _interleaved(decided: pd.DataFrame, held: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Places of the rows of models, and of so many of buy & hold, that put them together by key.

    None when the rows of the models do not stand in that order yet, as they do in PREDICTIONS: then they have
    to be sorted, which takes longer than the backtest.
    """
    import pandas as pd

    if PATH in decided or not len(decided):
        return None
    new_date = _new_dates(decided)
    if new_date is None or np.count_nonzero(new_date) != held:
        return None
    model, models = pd.factorize(decided["model"], sort=True)
    if not (new_date[1:] | (np.diff(model) > 0)).all():
        return None
    group = np.cumsum(new_date) - 1
    behind = model >= np.searchsorted(np.asarray(models, dtype=str), BUY_HOLD)
    ahead = np.bincount(group, weights=~behind).astype("int64")
    first = np.flatnonzero(new_date) + np.arange(held)
    return np.arange(len(decided)) + group + behind, first + ahead


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
