"""Samplers: which parameters are tried next. `ask` in fixed batches, `tell` in order: no clock, no race."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from signalcli.config.tuning import DEFAULT_TRIALS, LOWER_IS_BETTER, TuneConfig
from signalcli.errors import UsageError
from signalcli.research.tuning.space import ModelSpace, Parameters, grid, size
from signalcli.research.tuning.trial import Trial

LARGEST_GRID = 10_000
MISSES = 1000  # draws in a row that were tried before, after which a space counts as exhausted


class Sampler(Protocol):
    """Proposes parameters."""

    def ask(self, number: int) -> list[Parameters]:
        """Up to ``number`` proposals; fewer at the end of the space."""

    def tell(self, trial: Trial) -> None:
        """Learn from a trial that was asked for."""


class Listed:
    """Proposals that do not depend on results."""

    def __init__(self, proposals: Iterator[Parameters]) -> None:
        self.proposals = proposals

    def ask(self, number: int) -> list[Parameters]:
        """Return the next proposals."""
        return list(itertools.islice(self.proposals, number))

    def tell(self, trial: Trial) -> None:
        """Ignore the result."""


def make_sampler(config: TuneConfig, space: ModelSpace, seed: int) -> Sampler:
    """The sampler of one search, which proposes at most ``number_of_trials``."""
    number = number_of_trials(config, space)
    if config.sampler == "tpe":
        from signalcli.research.tuning.tpe import Tpe

        asked = config.trials or DEFAULT_TRIALS  # it may propose a point twice
        return Tpe(space, asked, seed, minimize=config.objective in LOWER_IS_BETTER)
    return Listed(grid(space) if config.sampler == "grid" else draws(space, number, seed))


def number_of_trials(config: TuneConfig, space: ModelSpace) -> int:
    """Most trials of one search. Raises UsageError for a grid that is infinite, or not tried whole."""
    points = size(space)
    if config.sampler != "grid":
        return int(min(config.trials or DEFAULT_TRIALS, points))
    if points > LARGEST_GRID:
        endless = next((d for d in space if d.size > LARGEST_GRID), None)
        hint = f"write --space …{endless.name}={endless}/5 for five values, or " if endless else ""
        raise UsageError(
            "TUNE-GRID", f"--sampler grid: more than {LARGEST_GRID:,} points; {hint}use --sampler random"
        )
    if config.trials is not None and config.trials < points:
        raise UsageError(
            "TUNE-GRID",
            f"--trials {config.trials}: the grid has {points:.0f} points; "
            "leave it out, or use --sampler random",
        )
    return int(points)


def draws(space: ModelSpace, number: int, seed: int) -> Iterator[Parameters]:
    """``number`` different random points; all of them in random order where there are no more."""
    rng = np.random.default_rng(seed)
    if size(space) <= min(number, LARGEST_GRID):
        points = list(grid(space))
        yield from (points[i] for i in rng.permutation(len(points)))
        return
    known: set[str] = set()
    misses = 0
    while len(known) < number and misses < MISSES:
        point = {dimension.name: dimension.draw(rng) for dimension in space}
        misses = misses + 1 if repr(point) in known else 0
        if not misses:
            known.add(repr(point))
            yield point
