"""Results of predictions under one trading rule: what a report and its figures show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from signalcli.backtesting.trades import list_trades
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, count, printable
from signalcli.evaluation.metrics.portfolio import pool, with_booked
from signalcli.evaluation.metrics.record import Record, records_of_returns
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.schemas import BASELINES, PATH

LONGEST_NAME = 40  # characters of foreign text in a figure or a heading


@dataclass(frozen=True)
class Results:
    """Predictions, their returns, and what is derived from them.

    Parameters
    ----------
    predictions, returns : DataFrame
        PREDICTIONS and the RETURNS that ``rule`` makes of them.
    rule : TradingRule
        Trading rule.
    verdict : DataFrame or None
        VERDICT of the predictions, if they were compared.
    trials : mapping of str to Trials
        Trials on the data of each symbol, which deflate its Sharpe ratios.
    portfolio : DataFrame or None
        Returns of portfolios (`signalcli.backtesting.portfolio`), by model and date; ``weights`` names their
        weights. Without them, several symbols are shown as the mean of their accounts.
    """

    predictions: pd.DataFrame
    returns: pd.DataFrame
    rule: TradingRule
    verdict: pd.DataFrame | None = None
    trials: Mapping[str, Trials] = field(default_factory=dict)
    portfolio: pd.DataFrame | None = None
    weights: str = "equal-weight"

    @cached_property
    def by_symbol(self) -> dict[tuple[str, str], Record]:
        """Record of each symbol and model; a model on several paths has a record for each path."""
        return {
            (str(name["symbol"]), _model(name)): self._with_trials(name, record)
            for name, record in records_of_returns(self.returns)
        }

    @cached_property
    def symbols(self) -> list[str]:
        """Symbols, sorted."""
        return list(dict.fromkeys(symbol for symbol, _ in self.by_symbol))

    @cached_property
    def shown(self) -> dict[str, Record]:
        """Record of each model, then of the baselines: of the only symbol, or of the portfolio of all."""
        parts: dict[str, list[Record]] = {}
        for (_, model), record in self.by_symbol.items():
            parts.setdefault(model, []).append(record)
        return {model: self._together(model, parts[model]) for model in sorted(parts, key=_place)}

    def _together(self, model: str, parts: list[Record]) -> Record:
        """Record of a model on all symbols: of its portfolio, or the mean of its accounts without one."""
        traded = self.portfolio
        if traded is not None and (own := self.names_of(traded) == model).any():
            return with_booked(pool(parts), traded[own])
        return parts[0] if len(parts) == 1 else pool(parts)

    @cached_property
    def models(self) -> list[str]:
        """Models without the baselines; the baselines where there is nothing else."""
        return [m for m in self.shown if not is_baseline(m)] or list(self.shown)

    @cached_property
    def trades(self) -> pd.DataFrame:
        """TRADES under the rule."""
        return list_trades(self.predictions, self.rule)

    def _with_trials(self, name: dict[str, Any], record: Record) -> Record:
        """The record of a model knows the trials on its symbol; baselines are not chosen among trials."""
        trials = None if is_baseline(str(name["model"])) else self.trials.get(str(name["symbol"]))
        return record if trials is None else replace(record, trials=trials)

    def names_of(self, table: pd.DataFrame) -> pd.Series[Any]:
        """Model (and path) of each row of a table, as in `shown`."""
        return table["model"] + " path " + table[PATH].astype(str) if PATH in table else table["model"]

    @property
    def subject(self) -> str:
        """What the records are of, in words."""
        if len(self.symbols) == 1 and self.portfolio is None:
            return short_name(self.symbols[0])
        return f"{self.weights} portfolio of {count(len(self.symbols), 'symbol')}"


def nothing_judged() -> DataError:
    """The error for a figure of labels where no row has one beside a forecast."""
    return DataError(
        "DATA-FEW", "no row has both a forecast and a known label; give predictions of bars that go on"
    )


def is_baseline(model: str) -> bool:
    """Whether a name is that of a baseline, on whatever path."""
    return model.partition(" ")[0] in BASELINES


def short_name(text: str) -> str:
    """Foreign text on one line, without control characters, cut with an ellipsis."""
    shown = printable(text[: 2 * LONGEST_NAME])
    return shown if len(text) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"


def _model(name: dict[str, object]) -> str:
    return f"{name['model']} path {name[PATH]}" if PATH in name else str(name["model"])


def _place(model: str) -> tuple[int, str]:
    """Models by name, then the baselines in their order."""
    name = model.partition(" ")[0]
    return (BASELINES.index(name) if name in BASELINES else -1, model)
