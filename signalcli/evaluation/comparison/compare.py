"""PREDICTIONS → VERDICT: every model against the best baseline on the same rows, with a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signalcli.backtest.simulate import backtest
from signalcli.config.comparison import CRITERIA, ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, printable
from signalcli.evaluation.comparison.candidates import Candidate, contestants
from signalcli.evaluation.metrics.catalogue import deflated
from signalcli.evaluation.metrics.record import Trials
from signalcli.evaluation.significance.paired import Test, diebold_mariano, holm, mcnemar
from signalcli.schemas import BASELINES, PATH
from signalcli.training.walk_forward import horizon

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
COLUMNS = (
    "symbol", "model", "criterion", "value", "baseline", "baseline_value", "statistic", "p_value", "p_holm",
    "dsr", "shift_p", "seeds", "spread", "like", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Matchup:
    """One model against one baseline by one criterion; both values are means over the same rows.

    ``spread`` is that of the model's value over its seeds; ``like`` the best model, when no more than seeds
    part this one from it.
    """

    symbol: str
    model: str
    criterion: str
    value: float
    baseline: str
    baseline_value: float
    test: Test
    dsr: float
    timing: float
    seeds: int
    spread: float
    like: str | None
    collapsed: bool


def compare(
    predictions: pd.DataFrame,
    config: ComparisonConfig | None = None,
    rule: TradingRule | None = None,
    trials: Mapping[str, Trials] | None = None,
) -> pd.DataFrame:
    """VERDICT of PREDICTIONS: a row per symbol, model and criterion, in the columns `COLUMNS`.

    Each model meets the baseline that did best on the same rows, in hindsight, which favours the baseline.
    p-values are one-sided where the test has a side, and corrected within a criterion for all its
    comparisons (Holm). ``verdict`` is ``edge``, ``no edge``, ``noise`` for an edge that is not larger than
    the spread over seeds, or ``collapsed`` for a model that says one direction on more than 95 % of the
    rows. A model with several seeds is judged by the mean of its losses.

    With the net return stand ``dsr``, the probability that its Sharpe ratio is above the best of the
    worthless ``trials`` on the symbol's data, and ``shift_p``, the chance that the same positions, moved in
    time, earn as much. Raises DataError when a symbol has no baseline or no model.
    """
    import pandas as pd

    config, rule = config or ComparisonConfig(), rule or TradingRule()
    if PATH in predictions:
        raise DataError("COMPARE-PATHS", "rows are tested on several paths; compare walk-forward predictions")
    found = list(_contests(backtest(predictions, rule), rule, horizon(predictions), trials or {}))
    rows = []
    for criterion in CRITERIA:
        same = [c for c in found if c.criterion == criterion]
        corrected = holm(np.array([c.test.p_value for c in same]))
        rows += [_row(contest, p, config.alpha) for contest, p in zip(same, corrected, strict=True)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table["criterion"].map({c: i for i, c in enumerate(CRITERIA)})
    return table.iloc[np.lexsort([order, table["model"], table["symbol"]])].reset_index(drop=True)


def _contests(
    returns: pd.DataFrame, rule: TradingRule, ahead: int, trials: Mapping[str, Trials]
) -> Iterator[Matchup]:
    for symbol, of_symbol in returns.groupby("symbol", sort=True):
        everyone = contestants(of_symbol, rule)
        _refuse_unequal(str(symbol), everyone)
        for criterion in CRITERIA:
            best = _best_baseline(everyone, criterion)
            like = _like(everyone, criterion)
            for model in (m for m in everyone if m not in BASELINES):
                yield _contest(str(symbol), model, criterion, best, everyone, ahead, trials, like.get(model))


def _contest(
    symbol: str,
    model: str,
    criterion: str,
    best: str,
    everyone: dict[str, Candidate],
    ahead: int,
    trials: Mapping[str, Trials],
    like: str | None,
) -> Matchup:
    one, other = everyone[model], everyone[best]
    of_money = criterion == "net_return"
    return Matchup(
        symbol,
        model,
        criterion,
        value=float(np.mean(one.values(criterion))),
        baseline=best,
        baseline_value=float(other.values(criterion)[0]),
        test=_test(criterion, one, other, ahead),
        dsr=float(np.mean([deflated(r, trials.get(symbol)) for r in one.records])) if of_money else NAN,
        timing=one.timing if of_money else NAN,
        seeds=len(one.records),
        spread=one.spread(criterion),
        like=like,
        collapsed=one.collapsed,
    )


def _best_baseline(everyone: dict[str, Candidate], criterion: str) -> str:
    losses = {b: everyone[b].losses(criterion) for b in BASELINES if b in everyone}
    able = [b for b in losses if np.isfinite(losses[b]).all()]
    return min(able, key=lambda b: float(np.mean(losses[b])))


def _like(everyone: dict[str, Candidate], criterion: str) -> dict[str, str]:
    """Models that differ from the best one by less than two fits with other seeds may.

    The spread of a difference is the root of the sum of both squared spreads; without seeds there is none.
    """
    means = {m: float(np.mean(c.losses(criterion))) for m, c in everyone.items() if m not in BASELINES}
    best = min(means, key=lambda m: means[m])
    spreads = {m: float(np.nan_to_num(everyone[m].spread(criterion))) for m in means}
    alike = (m for m in means if means[m] - means[best] < np.hypot(spreads[m], spreads[best]))
    return {m: best for m in alike if m != best}


def _refuse_unequal(symbol: str, everyone: dict[str, Candidate]) -> None:
    """A paired test needs the same rows on both sides."""
    if not any(m not in BASELINES for m in everyone) or "majority" not in everyone:
        raise DataError(
            "COMPARE-BASELINE",
            f"{printable(symbol)}: needs a model and the baselines beside it, as signalcli fit writes them",
        )
    sizes = {m: {(len(r.y), len(r.net)) for r in c.records} for m, c in everyone.items()}
    odd = [m for m in sizes if sizes[m] != sizes["majority"]]
    if odd:
        raise DataError(
            "COMPARE-ROWS",
            f"{printable(symbol)}: {printable(odd[0])} has {_rows(sizes[odd[0]])} rows and the baselines "
            f"{_rows(sizes['majority'])}; compare models that were tested on the same dates",
        )


def _rows(sizes: set[tuple[int, int]]) -> str:
    return " or ".join(str(net) for _, net in sorted(sizes))


def _test(criterion: str, one: Candidate, other: Candidate, ahead: int) -> Test:
    """Seeds have a mean loss on a row, which is neither right nor wrong: then Diebold and Mariano's."""
    losses, others = one.losses(criterion), other.losses(criterion)
    if criterion == "accuracy" and len(one.records) == 1:
        return mcnemar(losses == 0, others == 0)
    return diebold_mariano(losses, others, 1 if criterion == "net_return" else ahead)


def _row(contest: Matchup, p_holm: float, alpha: float) -> tuple[object, ...]:
    c = contest
    ahead = (c.value - c.baseline_value) * (-1 if c.criterion == "log_loss" else 1)
    word = "edge" if ahead > 0 and p_holm < alpha else "no edge"
    word = "noise" if word == "edge" and ahead <= c.spread else word
    word = "collapsed" if c.collapsed else word
    values = (
        c.value,
        c.baseline,
        c.baseline_value,
        c.test.statistic,
        c.test.p_value,
        p_holm,
        c.dsr,
        c.timing,
    )
    return (c.symbol, c.model, c.criterion, *values, c.seeds, c.spread, c.like, word)
