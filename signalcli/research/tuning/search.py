"""One search: trials of one model on the inner folds of one training part, batch by batch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError, printable
from signalcli.evaluation.significance.long_run import mean_test
from signalcli.features.labels.overlap import horizon
from signalcli.research.tuning.fits import InnerFit
from signalcli.research.tuning.samplers import Sampler
from signalcli.research.tuning.scores import is_better, scores, values_by_date
from signalcli.research.tuning.space import ModelSpace, complexity
from signalcli.research.tuning.trial import FAILED, FINISHED, RUNNING, STOPPED, Trial
from signalcli.schemas import PREDICTIONS, check
from signalcli.training.fits.fit import FitResult

BATCH = 8  # trials that are asked for together, however many processes there are
ERRORS = 1.0  # standard errors within which trials count as equal
LEAST = 5  # finished trials before one is stopped early


@dataclass
class Search:
    """Trials of a model.

    Parameters
    ----------
    label : str
        Symbol, or all of them.
    fold : int or None
        Number of the outer fold; None for the search of all labeled rows.
    parts : list of (int, int)
        Group and index of its inner folds (`Work.inner`); several where symbols are searched together.
    rows : list of DataFrame
        Test rows of each inner fold, part after part, as in PREDICTIONS without model and probabilities.
    names : tuple of str
        Columns of the probabilities.
    space : tuple of Dimension
        Values of each parameter, from simple to complex.
    """

    model: str
    label: str
    fold: int | None
    parts: list[tuple[int, int]]
    rows: list[pd.DataFrame]
    names: tuple[str, ...]
    space: ModelSpace
    sampler: Sampler
    config: TuneConfig
    rule: TradingRule
    trials: list[Trial] = field(default_factory=list)
    asked: list[Trial] = field(default_factory=list)
    known: dict[str, Trial] = field(default_factory=dict)

    def start_batch(self) -> int:
        """Ask for the next trials; return how many. A proposal that was tried before is not fitted again."""
        self.asked = [self._trial(proposal) for proposal in self.sampler.ask(BATCH)]
        return len(self.asked)

    def _trial(self, parameters: dict[str, object]) -> Trial:
        key = repr(parameters)
        if key not in self.known:
            self.known[key] = Trial(len(self.trials) + 1, parameters)
            self.trials.append(self.known[key])
        return self.known[key]

    @property
    def running(self) -> list[Trial]:
        """Trials that wait for an inner fold."""
        return [trial for trial in self.trials if trial.state == RUNNING]

    def tasks(self, step: int) -> list[InnerFit]:
        """The fits of an inner fold."""
        return [
            InnerFit(group, part, step, self.model, trial.parameters)
            for trial in self.running
            for group, part in self.parts
        ]

    def take(self, step: int, results: Sequence[FitResult | str]) -> None:
        """Take the results of `tasks`; score the trials, and stop those that are behind."""
        each = iter(results)
        for trial in self.running:
            parts = list(itertools.islice(each, len(self.parts)))
            _take_one(trial, parts)
        self._score(step)
        if step == len(self.rows) - 1:
            for trial in self.running:
                trial.state = FINISHED
        elif self.config.stop_early:
            self._stop_those_behind(step)

    def finish_batch(self) -> None:
        """Tell the sampler the results in the order of the proposals."""
        for trial in self.asked:
            self.sampler.tell(trial)
        self.asked = []

    def predictions(self, trials: Sequence[Trial]) -> pd.DataFrame:
        """PREDICTIONS of the inner test rows that trials have seen, each as a model of its number."""
        return check(pd.concat(self._tables(trials), ignore_index=True), PREDICTIONS, "inner folds")

    def _tables(self, trials: Sequence[Trial]) -> Iterator[pd.DataFrame]:
        for trial in trials:
            rows, p = pd.concat(self.rows[: len(trial.p)], ignore_index=True), np.concatenate(trial.p)
            columns = dict(zip(self.names, p.T, strict=True))
            yield rows.assign(model=name_of(trial), **columns)

    def _score(self, step: int) -> None:
        running = [trial for trial in self.running if len(trial.p) == step + 1]
        if running:
            found = scores(self.predictions(running), self.config.objective, self.rule)
            for trial in running:
                trial.scores.append(found.get(name_of(trial), np.nan))

    def _stop_those_behind(self, step: int) -> None:
        """Stop trials whose score is worse than the median of the finished trials after the same fold."""
        finished = [trial.scores[step] for trial in self.trials if trial.state == FINISHED]
        if len(finished) < LEAST:
            return
        median = float(np.nanmedian(finished)) if not np.isnan(finished).all() else np.nan
        for trial in self.running:
            if is_better(median, trial.score, self.config.objective) and trial.score == trial.score:
                trial.state = STOPPED

    def of_state(self, *states: str) -> list[Trial]:
        """Trials in some states, in their order."""
        return [trial for trial in self.trials if trial.state in states]

    @property
    def best(self) -> Trial:
        """The finished trial with the best score; the first of equal ones. Raises DataError without one."""
        finished = self.of_state(FINISHED)
        if not finished:
            reason = next((t.reason for t in self.of_state(FAILED)), "")
            where = f"{printable(self.label)}: {printable(self.model)}"
            raise DataError("TUNE-FAILED", f"{where}: no trial could be fitted: {reason}")
        best = finished[0]
        for trial in finished[1:]:
            best = trial if is_better(trial.score, best.score, self.config.objective) else best
        return best

    @cached_property
    def chosen(self) -> Trial:
        """The trial whose parameters are used; ask for it when every trial has run. Raises DataError.

        Unless the best is to be taken: the simplest of those whose difference to the best is at most its
        standard error (Breiman et al. 1984, for differences on the same rows).
        """
        best, finished = self.best, self.of_state(FINISHED)
        if self.config.choose == "best" or len(finished) == 1:
            return best
        predictions = self.predictions(finished)
        values = values_by_date(predictions, self.config.objective, self.rule)
        bars = horizon(predictions)
        near = [t for t in finished if not _is_behind(values[name_of(best)] - values[name_of(t)], bars)]
        return min(near, key=lambda trial: complexity(self.space, trial.parameters))


def _is_behind(difference: pd.Series[float], bars: int) -> bool:
    """Whether a mean difference is larger than its standard error; False where it does not vary."""
    return mean_test(difference.dropna().to_numpy("float64"), bars, side=1).statistic > ERRORS


def name_of(trial: Trial) -> str:
    """The model of a trial in `Search.predictions`; names sort as their numbers."""
    return f"{trial.number:06d}"


def _take_one(trial: Trial, parts: list[FitResult | str]) -> None:
    reasons = [part for part in parts if isinstance(part, str)]
    if reasons:
        trial.state, trial.reason = FAILED, reasons[0]
    else:
        trial.p.append(np.concatenate([part.p for part in parts if not isinstance(part, str)]))
