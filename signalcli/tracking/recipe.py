"""Recipe of a fit: all settings that decide it, as JSON."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.option import brief
from signalcli.config.trading import TradingRule
from signalcli.errors import ConfigError, UsageError, printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Config = TypeVar("Config", bound=DataclassInstance)

DATES = {"start", "end", "holdout"}  # fields that are dates


@dataclass(frozen=True)
class Recipe:
    """Settings of a fit, and of its features and bars if the run made them.

    Parameters
    ----------
    fit : FitConfig
    folds : FoldConfig
    features : FeatureConfig or None
        None when FEATURES were read.
    fetch : FetchConfig or None
        None when FEATURES were read.
    symbols : tuple of str
        As requested.
    rule : TradingRule
        The rule under which the Sharpe ratio is measured.
    search : dict or None
        Settings of the search that chose the parameters of each fold, whose space is in ``fit.settings``.
    universe : str or None
        File of the universe, as named.
    """

    fit: FitConfig
    folds: FoldConfig
    features: FeatureConfig | None = None
    fetch: FetchConfig | None = None
    symbols: tuple[str, ...] = ()
    rule: TradingRule = field(default_factory=TradingRule)
    search: dict[str, Any] | None = None
    universe: str | None = None


def to_text(recipe: Recipe) -> str:
    """JSON of a recipe, with dates as ISO 8601."""
    return json.dumps(asdict(recipe), sort_keys=True, default=str)


def from_text(text: str) -> Recipe:
    """Recipe from the JSON of `to_text`; settings that are not in it have their default.

    Raises ConfigError for a damaged one.
    """
    try:
        return _recipe(json_object(text))
    except (UsageError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        text = f"settings of a fit in the ledger are damaged: {printable(error)}"
        raise ConfigError("LEDGER-RECIPE", text) from error


def json_object(text: str | None) -> dict[str, Any]:
    """The object that a column of the ledger holds as JSON. Raises ConfigError for any other text."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        text = f"an entry of the ledger is no JSON: {printable(error)}"
        raise ConfigError("LEDGER-RECIPE", text) from error
    if not isinstance(found, dict):
        raise ConfigError("LEDGER-RECIPE", f"an entry of the ledger is no JSON object: {brief(text)}")
    return found


def _recipe(saved: dict[str, Any]) -> Recipe:
    return Recipe(
        _load(FitConfig, saved["fit"]),
        _load(FoldConfig, saved["folds"]),
        _load(FeatureConfig, saved["features"]) if saved["features"] else None,
        _load(FetchConfig, saved["fetch"]) if saved["fetch"] else None,
        tuple(saved["symbols"]),
        _load(TradingRule, saved.get("rule", {})),
        saved.get("search"),
        saved.get("universe"),
    )


def _load(kind: type[Config], saved: dict[str, Any]) -> Config:
    names = {field.name for field in fields(kind)} & set(saved)
    return kind(**{name: _value(name, saved[name]) for name in names})


def _value(name: str, saved: Any) -> Any:
    """Setting from its JSON value, which is a list for a tuple and text for a date."""
    if name in DATES and saved is not None:
        return dt.date.fromisoformat(saved)
    if isinstance(saved, dict):
        return {key: _value("", value) for key, value in saved.items()}
    return tuple(_value("", value) for value in saved) if isinstance(saved, list) else saved
