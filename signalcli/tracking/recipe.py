"""All that decided a fit, as text that another day reads back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Spec = TypeVar("Spec", bound=DataclassInstance)

DATES = {"start", "end", "holdout"}  # fields that are dates


@dataclass(frozen=True)
class Recipe:
    """What was fitted and how; where its bars came from and how its features were made, if it began there.

    Parameters
    ----------
    fit : FitConfig
    folds : FoldConfig
    features : FeatureConfig or None
        None when FEATURES were read.
    fetch : FetchConfig or None
        None when FEATURES were read.
    symbols : tuple of str
        As they were asked for.
    """

    fit: FitConfig
    folds: FoldConfig
    features: FeatureConfig | None = None
    fetch: FetchConfig | None = None
    symbols: tuple[str, ...] = ()


def to_text(recipe: Recipe) -> str:
    """JSON, with dates as ISO 8601."""
    import json

    return json.dumps(asdict(recipe), sort_keys=True, default=str)


def from_text(text: str) -> Recipe:
    """The recipe that `to_text` wrote; a setting that came later has its default."""
    import json

    kept = json.loads(text)
    return Recipe(
        _spec(FitConfig, kept["fit"]),
        _spec(FoldConfig, kept["folds"]),
        _spec(FeatureConfig, kept["features"]) if kept["features"] else None,
        _spec(FetchConfig, kept["fetch"]) if kept["fetch"] else None,
        tuple(kept["symbols"]),
    )


def _spec(kind: type[Spec], kept: dict[str, Any]) -> Spec:
    known = {field.name for field in fields(kind)} & set(kept)
    return kind(**{name: _value(name, kept[name]) for name in known})


def _value(name: str, kept: Any) -> Any:
    """JSON has lists for tuples and text for dates."""
    if name in DATES and kept is not None:
        return dt.date.fromisoformat(kept)
    if isinstance(kept, dict):
        return {key: _value("", value) for key, value in kept.items()}
    return tuple(_value("", value) for value in kept) if isinstance(kept, list) else kept
