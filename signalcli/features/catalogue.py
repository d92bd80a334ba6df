"""Which features a spec names, in the order of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signalcli.config.features import FeatureSpec
from signalcli.errors import ConfigError
from signalcli.features.feature import Feature
from signalcli.features.feature import min_history as longest
from signalcli.features.plugins import plugin_features
from signalcli.features.sets.alpha158 import alpha158
from signalcli.features.sets.calendar import calendar
from signalcli.features.sets.cross_section import cross
from signalcli.features.sets.indicators import indicators
from signalcli.features.sets.lags import lags, windows
from signalcli.features.sets.rolling import rolling
from signalcli.features.sets.session import session
from signalcli.features.sets.technical import technical
from signalcli.features.sets.volatility import volatility

MAKERS: dict[str, Callable[[FeatureSpec], list[Feature]]] = {
    "lags": lambda spec: lags(spec.window, spec.channels, spec.lags),
    "windows": lambda spec: windows(spec.window, spec.channels),
    "rolling": lambda spec: rolling(spec.windows, spec.statistics),
    "indicators": lambda _: indicators(),
    "technical": lambda _: technical(),
    "volatility": lambda spec: volatility(spec.windows),
    "alpha158": lambda _: alpha158(),
    "calendar": lambda _: calendar(),
    "session": lambda _: session(),
    "cross": lambda _: cross(),
}


def features_of(spec: FeatureSpec) -> list[Feature]:
    """The features of the chosen sets in a fixed order, whatever order the sets were named in; each once."""
    named = {f.name: f for name, make in MAKERS.items() if name in spec.sets for f in make(spec)}
    return [*named.values(), *_of_plugins(spec, set(named))]


def _of_plugins(spec: FeatureSpec, taken: set[str]) -> Iterator[Feature]:
    """What the plug-ins declare. Raises ConfigError for a name that another feature has."""
    for name in spec.plugins:
        for feature in plugin_features(name):
            if feature.name in taken:
                raise ConfigError("PLUGIN-FEATURE", f"--plugin {name}: {feature.name} is there already")
            taken.add(feature.name)
            yield feature


def min_history(spec: FeatureSpec) -> int:
    """Newest bars that give the newest row to the last bit; with one fewer it may differ."""
    return longest(features_of(spec))


def explained(spec: FeatureSpec) -> list[dict[str, str | int]]:
    """A row for each feature: name, formula, look-back in bars, unit, source."""
    return [
        {"name": f.name, "formula": f.formula, "look_back": f.look_back, "unit": f.unit, "source": f.source}
        for f in features_of(spec)
    ]
