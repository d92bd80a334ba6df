"""Which features a spec names, in the order of their columns."""

from __future__ import annotations

from collections.abc import Callable

from signalcli.features.calendar import calendar
from signalcli.features.feature import Feature
from signalcli.features.feature import min_history as longest
from signalcli.features.indicators import indicators
from signalcli.features.lags import lags
from signalcli.features.rolling import rolling
from signalcli.specs.features import SETS, FeatureSpec

MAKERS: dict[str, Callable[[FeatureSpec], list[Feature]]] = {
    "lags": lambda spec: lags(spec.window),
    "rolling": lambda _: rolling(),
    "indicators": lambda _: indicators(),
    "calendar": lambda _: calendar(),
}


def features_of(spec: FeatureSpec) -> list[Feature]:
    """The features of the chosen sets in a fixed order, whatever order the sets were named in; each once."""
    named = {f.name: f for name in SETS if name in spec.sets for f in MAKERS[name](spec)}
    return list(named.values())


def min_history(spec: FeatureSpec) -> int:
    """Newest bars that give the newest row to the last bit; with one fewer it may differ."""
    return longest(features_of(spec))


def explained(spec: FeatureSpec) -> list[dict[str, str | int]]:
    """A row for each feature: name, formula, look-back in bars, unit, source."""
    return [
        {"name": f.name, "formula": f.formula, "look_back": f.look_back, "unit": f.unit, "source": f.source}
        for f in features_of(spec)
    ]
