"""Score of trials: PREDICTIONS of several models → one number each, by the objective."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import BUY_HOLD
from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import LOWER_IS_BETTER, Objective
from signalcli.data.bars_per_year import bars_per_year
from signalcli.evaluation.metrics.classification import SMALLEST, brier, log_loss
from signalcli.evaluation.metrics.confusion import accuracy, balanced_accuracy
from signalcli.evaluation.metrics.performance import NetReturns, sharpe
from signalcli.evaluation.metrics.record import LabelRecord, label_records

OF_LABELS: dict[str, Callable[[LabelRecord], float]] = {
    "log_loss": lambda r: log_loss(r.y, r.p, r.classes),
    "brier": lambda r: brier(r.y, r.p_up),
    "accuracy": lambda r: accuracy(r.confusion),
    "balanced_accuracy": lambda r: balanced_accuracy(r.confusion),
}


def scores(predictions: pd.DataFrame, objective: Objective, rule: TradingRule) -> dict[str, float]:
    """Score of each model over all symbols; NaN where it is undefined.

    Net objectives are those of a portfolio with equal weights on the symbols of each date: ``net_sharpe``
    annualized, ``net_return`` the mean per bar.
    """
    if objective in OF_LABELS:
        return {model: OF_LABELS[objective](r) for model, r in label_record_by_model(predictions).items()}
    return {model: net_score(net, objective) for model, net in net_by_model(predictions, rule).items()}


def label_record_by_model(predictions: pd.DataFrame) -> dict[str, LabelRecord]:
    """Judged rows of each model, those of all symbols in one record."""
    found: dict[str, LabelRecord] = {}
    for key, record in label_records(predictions):
        model = str(key["model"])
        if model != BUY_HOLD:
            found[model] = _joined(found[model], record) if model in found else record
    return found


def net_by_model(predictions: pd.DataFrame, rule: TradingRule) -> dict[str, pd.Series[float]]:
    """Net return per date of each model under a trading rule, the mean over the symbols of the date."""
    returns = backtest(predictions, rule)
    traded = returns[returns["model"] != BUY_HOLD]
    by_date = traded.groupby(["model", "date"], sort=True)["net_return"].mean()
    return {str(model): net.droplevel("model") for model, net in by_date.groupby(level="model")}


def net_score(net: pd.Series[float], objective: Objective) -> float:
    """Score of net returns by date."""
    returns = net.to_numpy("float64")
    if objective == "net_return":
        return float(returns.mean())
    return sharpe(NetReturns(returns), bars_per_year(net.index.to_numpy()))


def values_by_date(predictions: pd.DataFrame, objective: Objective, rule: TradingRule) -> pd.DataFrame:
    """Values of each date and model whose mean over the dates is the objective, the higher the better.

    They show how far a difference between two models is a matter of a few dates. Those of ``net_sharpe`` are
    net returns by their standard deviation. Dates without a judged row are left out.
    """
    if objective in OF_LABELS:
        records = label_record_by_model(predictions).items()
        return pd.DataFrame({m: _by_date(r.label_dates, _row_values(r, objective)) for m, r in records})
    nets = pd.DataFrame(net_by_model(predictions, rule))
    return nets / nets.std() if objective == "net_sharpe" else nets


def _row_values(record: LabelRecord, objective: Objective) -> np.ndarray:
    """What each judged row adds to the objective, the higher the better."""
    correct = (record.y == record.predicted).astype("float64")
    if objective == "balanced_accuracy":
        counts = {c: np.count_nonzero(record.y == c) for c in record.classes}
        present = sum(n > 0 for n in counts.values())
        return correct * len(correct) / (present * np.array([counts[c] for c in record.y]))
    if objective == "accuracy":
        return correct
    if objective == "brier":
        return np.asarray(-((record.p_up - (record.y == 1)) ** 2))
    p_true = record.p[np.arange(len(record.y)), np.searchsorted(record.classes, record.y)]
    return np.asarray(np.log(np.clip(p_true, SMALLEST, 1.0)))


def _by_date(dates: np.ndarray, values: np.ndarray) -> pd.Series[float]:
    return pd.Series(values).groupby(dates).mean()


def is_better(score: float, than: float, objective: Objective) -> bool:
    """Whether a score is strictly better than another; any is better than NaN."""
    if math.isnan(score) or math.isnan(than):
        return math.isnan(than) and not math.isnan(score)
    return score < than if objective in LOWER_IS_BETTER else score > than


def gap(inner: float, outer: float, objective: Objective) -> float:
    """How much worse the outer score is than the inner one."""
    return outer - inner if objective in LOWER_IS_BETTER else inner - outer


def _joined(first: LabelRecord, second: LabelRecord) -> LabelRecord:
    names = ("y", "predicted", "p", "forward_returns", "label_dates", "label_bars")
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names
    }
    return replace(first, **columns, band=None)
