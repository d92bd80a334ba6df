"""PREDICTIONS → VERDICT: every model against the best baseline on the same rows, with a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signalcli.backtest import backtest
from signalcli.errors import DataError, printable
from signalcli.metrics.catalogue import deflated
from signalcli.metrics.classification import collapsed
from signalcli.metrics.many import many
from signalcli.metrics.paired import Test, diebold_mariano, holm, mcnemar
from signalcli.metrics.record import Record, Trials, record
from signalcli.specs.comparison import CRITERIA, ComparisonSpec
from signalcli.specs.trading import TradingRule
from signalcli.tables import BASELINES, PATH
from signalcli.walkforward import horizon

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
COLUMNS = (
    "symbol", "model", "criterion", "value", "baseline", "baseline_value", "statistic", "p_value", "p_holm",
    "dsr", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Contest:
    """One model against one baseline by one criterion; both values are means over the same rows."""

    symbol: str
    model: str
    criterion: str
    value: float
    baseline: str
    baseline_value: float
    test: Test
    collapsed: bool
    dsr: float


def compare(
    predictions: pd.DataFrame,
    spec: ComparisonSpec | None = None,
    rule: TradingRule | None = None,
    trials: Mapping[str, Trials] | None = None,
) -> pd.DataFrame:
    """VERDICT of PREDICTIONS: a row per symbol, model and criterion, in the columns `COLUMNS`.

    Each model meets the baseline that did best on the same rows, in hindsight, which favours the baseline.
    p-values are one-sided where the test has a side, and corrected within a criterion for all its
    comparisons (Holm). ``verdict`` is ``edge``, ``no edge``, or ``collapsed`` for a model that says one
    direction on more than 95 % of the rows. ``dsr`` stands with the net return: the probability that its
    Sharpe ratio is above the best of the worthless ``trials`` on the symbol's data. Raises DataError when a
    symbol has no baseline or no model.
    """
    import pandas as pd

    spec = spec or ComparisonSpec()
    if PATH in predictions:
        raise DataError("COMPARE-PATHS", "rows are tested on several paths; compare walk-forward predictions")
    contests = list(_contests(backtest(predictions, rule), horizon(predictions), trials or {}))
    rows = []
    for criterion in CRITERIA:
        same = [c for c in contests if c.criterion == criterion]
        corrected = holm(np.array([c.test.p_value for c in same]))
        rows += [_row(contest, p, spec.alpha) for contest, p in zip(same, corrected, strict=True)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table["criterion"].map({c: i for i, c in enumerate(CRITERIA)})
    return table.iloc[np.lexsort([order, table["model"], table["symbol"]])].reset_index(drop=True)


def sentence(verdict: pd.DataFrame, spec: ComparisonSpec) -> str:
    """What the table says by the criterion that decides, in one plain sentence."""
    judged = verdict[verdict["criterion"] == spec.by]
    winners = judged[judged["verdict"] == "edge"]
    best = (winners if len(winners) else judged).sort_values("p_holm", kind="stable").iloc[0]
    words = spec.by.replace("_", " ")
    against = (
        f"{words} {best['value']:.4g} against {best['baseline_value']:.4g} of {printable(best['baseline'])}, "
        f"corrected p {best['p_holm']:.2g}"
    )
    name = f"{printable(best['model'])} on {printable(best['symbol'])}"
    if len(winners):
        return (
            f"{len(winners)} of {len(judged)} models beat the best baseline; the surest is {name}: {against}"
        )
    return f"none of {len(judged)} models beats the best baseline; the nearest is {name}: {against}"


def has_edge(verdict: pd.DataFrame, spec: ComparisonSpec) -> bool:
    """Whether any model has an edge by the criterion that decides."""
    return bool(((verdict["criterion"] == spec.by) & (verdict["verdict"] == "edge")).any())


def _contests(returns: pd.DataFrame, ahead: int, trials: Mapping[str, Trials]) -> Iterator[Contest]:
    for symbol, of_symbol in returns.groupby("symbol", sort=True):
        records = {str(m): record(rows) for m, rows in of_symbol.groupby("model", sort=True)}
        _refuse_unequal(str(symbol), records)
        models = [m for m in records if m not in BASELINES]
        for criterion in CRITERIA:
            losses = {m: loss(r, criterion) for m, r in records.items()}
            able = [b for b in BASELINES if b in losses and np.isfinite(losses[b]).all()]
            best = min(able, key=lambda b: float(np.mean(losses[b])))
            for model in models:
                test = _test(criterion, losses[model], losses[best], ahead)
                values = (_shown(criterion, losses[m]) for m in (model, best))
                one_sided = bool(collapsed(records[model].predicted))
                dsr = deflated(records[model], trials.get(str(symbol))) if criterion == "net_return" else NAN
                yield Contest(
                    str(symbol), model, criterion, next(values), best, next(values), test, one_sided, dsr
                )


def _refuse_unequal(symbol: str, records: dict[str, Record]) -> None:
    """A paired test needs the same rows on both sides."""
    if not any(m not in BASELINES for m in records) or "majority" not in records:
        raise DataError(
            "COMPARE-BASELINE",
            f"{printable(symbol)}: needs a model and the baselines beside it, as signalcli fit writes them",
        )
    sizes = {m: (len(r.y), len(r.net)) for m, r in records.items()}
    odd = [m for m in sizes if sizes[m] != sizes["majority"]]
    if odd:
        raise DataError(
            "COMPARE-ROWS",
            f"{printable(symbol)}: {printable(odd[0])} has {sizes[odd[0]][1]} rows and the baselines "
            f"{sizes['majority'][1]}; compare models that were tested on the same dates",
        )


def loss(record: Record, criterion: str) -> np.ndarray:
    """What each row cost: -ln p of what happened, 1 for a wrong direction, or minus the net return."""
    if criterion == "net_return":
        return -record.net
    if criterion == "accuracy":
        return (record.y != record.predicted).astype("float64")
    given = record.p[np.arange(len(record.y)), np.searchsorted(record.classes, record.y)]
    return -np.log(np.clip(given, np.finfo(float).eps, 1.0))


def _shown(criterion: str, losses: np.ndarray) -> float:
    """The mean as the scorecard has it: accuracy and return are better when larger."""
    mean = float(np.mean(losses))
    return {"log_loss": mean, "accuracy": 1 - mean, "net_return": -mean}[criterion]


def _test(criterion: str, losses: np.ndarray, others: np.ndarray, ahead: int) -> Test:
    if criterion == "accuracy":
        return mcnemar(losses == 0, others == 0)
    return diebold_mariano(losses, others, ahead if criterion == "log_loss" else 1)


def _row(contest: Contest, p_holm: float, alpha: float) -> tuple[object, ...]:
    c = contest
    better = c.value < c.baseline_value if c.criterion == "log_loss" else c.value > c.baseline_value
    word = "edge" if better and p_holm < alpha else "no edge"
    word = "collapsed" if c.collapsed else word
    values = (c.value, c.baseline, c.baseline_value, c.test.statistic, c.test.p_value, p_holm, c.dsr)
    return (c.symbol, c.model, c.criterion, *values, word)


def with_many(
    verdict: pd.DataFrame, predictions: pd.DataFrame, spec: ComparisonSpec, rule: TradingRule
) -> pd.DataFrame:
    """VERDICT with what all models of a symbol say together, in three further columns.

    ``spa_p`` is the chance of a best model this good when none beats the baseline, ``better`` whether a model
    does when all are tested together, ``best_p`` the p-value of being among the best models.
    """
    parts = []
    for symbol, of_symbol in backtest(predictions, rule).groupby("symbol", sort=True):
        runs = {str(m): record(rows) for m, rows in of_symbol.groupby("model", sort=True)}
        for criterion in CRITERIA:
            rows = verdict[(verdict["symbol"] == symbol) & (verdict["criterion"] == criterion)]
            losses = {m: loss(runs[m], criterion) for m in (*rows["model"], rows["baseline"].iloc[0])}
            stacked = np.column_stack([losses[m] for m in rows["model"]])
            found = many(stacked, losses[rows["baseline"].iloc[0]], alpha=spec.alpha)
            parts.append(rows.assign(spa_p=found.spa, better=found.better.astype("int64"), best_p=found.best))
    return _joined(parts)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(parts).sort_index()
