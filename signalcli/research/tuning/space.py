"""Search space of a model: the values that each of its parameters may have."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

DIGITS = 6  # significant digits of a value of a range
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """A parameter with a list of values."""

    name: str
    values: tuple[Any, ...]

    def __str__(self) -> str:
        """As it is typed."""
        return ",".join(map(str, self.values))

    @property
    def size(self) -> float:
        """Number of values."""
        return len(self.values)

    def share(self, value: Any) -> float:
        """Place of a value among the values, 0 … 1."""
        return self.values.index(value) / max(len(self.values) - 1, 1)

    def draw(self, rng: np.random.Generator) -> Any:
        """One of the values, each with equal probability."""
        return self.values[int(rng.integers(len(self.values)))]


@dataclass(frozen=True)
class Range:
    """A parameter between two numbers, both included; ``whole`` numbers only, or on a logarithmic scale."""

    name: str
    low: float
    high: float
    log: bool = False
    whole: bool = False

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.low:g}..{self.high:g}{':log' if self.log else ''}"

    @property
    def size(self) -> float:
        """Number of values; infinite unless they are whole."""
        return self.high - self.low + 1 if self.whole else math.inf

    @property
    def values(self) -> tuple[Any, ...]:
        """Every whole number of the range."""
        return tuple(range(int(self.low), int(self.high) + 1))

    def draw(self, rng: np.random.Generator) -> Any:
        """A value, uniformly distributed, or its logarithm is."""
        if self.whole and not self.log:
            return int(rng.integers(int(self.low), int(self.high) + 1))
        return self.at(float(rng.random()))

    def share(self, value: Any) -> float:
        """How far a value is on the way from low to high, 0 … 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return float((value - self.low) / (self.high - self.low))

    def at(self, share: float) -> Any:
        """The value at a share of the way from low to high, 0 … 1.

        Whole numbers on a logarithmic scale are rounded; each end has half a number of room beyond it.
        """
        room = 0.5 if self.whole and self.log else 0.0
        low, high = self.low - room, self.high + room
        value = low * (high / low) ** share if self.log else low + (high - low) * share
        return self.rounded(value)

    def rounded(self, value: float) -> Any:
        """The value inside the range, whole or with `DIGITS`, so that it can be read and typed."""
        number = round(value) if self.whole else float(f"{value:.{DIGITS}g}")
        return min(max(number, self.low), self.high)


Dimension = Choice | Range
ModelSpace = tuple[Dimension, ...]
Space = dict[str, ModelSpace]
"""Search space of each model by its name."""


def spread(whole: bool, low: float, high: float, log: bool, points: int) -> tuple[Any, ...]:
    """``points`` values from low to high at equal distances, or equal ratios; whole ones rounded, once."""
    shares = np.linspace(0, 1, points)
    values = low * (high / low) ** shares if log else low + (high - low) * shares
    exact = [low, *values[1:-1].tolist(), high] if points > 1 else [low]
    return tuple(dict.fromkeys(round(v) if whole else float(v) for v in exact))


def size(space: ModelSpace) -> float:
    """Number of combinations; infinite with a range that is not whole."""
    return math.prod(dimension.size for dimension in space)


def grid(space: ModelSpace) -> Iterator[Parameters]:
    """Every combination; the last parameter changes fastest."""
    names = [dimension.name for dimension in space]
    for values in itertools.product(*(dimension.values for dimension in space)):
        yield dict(zip(names, values, strict=True))


def complexity(space: ModelSpace, parameters: Parameters) -> float:
    """How far the parameters are from the first values of their dimensions: the sum of shares, 0 … 1 each."""
    return sum(dimension.share(parameters[dimension.name]) for dimension in space)


def as_text(parameters: Parameters) -> str:
    """Parameters as they are typed, separated by blanks; tuples with commas."""
    return " ".join(f"{name}={value_text(value)}" for name, value in parameters.items())


def value_text(value: Any) -> str:
    """A value as it is typed after ``--set``; `parse_value` of the command line reads it back."""
    if isinstance(value, tuple | list):
        return ",".join(map(value_text, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
