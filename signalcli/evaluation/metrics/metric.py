"""Declaration of a metric beside its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import signature
from types import ModuleType
from typing import Any, TypeVar

SHARE, FRACTION, PER_YEAR, RATIO, COUNT = "0 … 1", "fraction", "fraction a year", "ratio", "count"
Function = TypeVar("Function", bound=Callable[..., float])


@dataclass(frozen=True)
class Metric:
    """One column of METRICS.

    Parameters
    ----------
    function : callable
        Returns the value; NaN where it is undefined.
    arguments : tuple of str
        Attributes of a record that are passed to the function.
    formula, unit, source : str
        Shown by ``signalcli metrics``. ``r`` are net returns per bar, ``T`` is their number, and ``m`` are
        the returns of holding the bars.
    """

    function: Callable[..., float]
    arguments: tuple[str, ...]
    formula: str
    unit: str
    source: str

    def of(self, record: Any) -> float:
        """Value for a record."""
        return self.function(*[getattr(record, name) for name in self.arguments])


def metric(
    name: str | None = None, *, formula: str, unit: str, source: str = "", **bound: Any
) -> Callable[[Function], Function]:
    """Declare the decorated function as a metric, by its own name or ``name``; may be used several times.

    Parameters of the function without a default are attributes of a record. ``bound`` names another attribute
    for a parameter (a str), or fixes its value (anything else).
    """

    def declare(function: Function) -> Function:
        fixed = {key: value for key, value in bound.items() if not isinstance(value, str)}
        required = [p.name for p in signature(function).parameters.values() if p.default is p.empty]
        arguments = tuple(bound.get(key, key) for key in required if key not in fixed)
        declared = Metric(partial(function, **fixed) if fixed else function, arguments, formula, unit, source)
        function.__dict__.setdefault("metrics", {})[name or function.__name__] = declared
        return function

    return declare


def declared_by(*functions: Callable[..., Any]) -> dict[str, Metric]:
    """Metrics declared for functions, by name."""
    return {name: declared for f in functions for name, declared in getattr(f, "metrics", {}).items()}


def declared_in(*modules: ModuleType) -> dict[str, Metric]:
    """Metrics declared for the functions of modules, by name."""
    return declared_by(*(value for module in modules for value in vars(module).values() if callable(value)))


def explain(metrics: Mapping[str, Metric]) -> list[dict[str, str]]:
    """Name, formula, unit and source of each metric."""
    return [
        {"name": name, "formula": m.formula, "unit": m.unit, "source": m.source}
        for name, m in metrics.items()
    ]
