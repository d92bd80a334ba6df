"""Which features a config names, in the order of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signalcli.config.features import FeatureConfig
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

MAKERS: dict[str, Callable[[FeatureConfig], list[Feature]]] = {
    "lags": lambda config: lags(config.window, config.channels, config.lags),
    "windows": lambda config: windows(config.window, config.channels),
    "rolling": lambda config: rolling(config.windows, config.statistics),
    "indicators": lambda _: indicators(),
    "technical": lambda _: technical(),
    "volatility": lambda config: volatility(config.windows),
    "alpha158": lambda _: alpha158(),
    "calendar": lambda _: calendar(),
    "session": lambda _: session(),
    "cross": lambda _: cross(),
}


def features_of(config: FeatureConfig) -> list[Feature]:
    """The features of the chosen sets in a fixed order, whatever order the sets were named in; each once."""
    named = {f.name: f for name, make in MAKERS.items() if name in config.sets for f in make(config)}
    return [*named.values(), *_of_plugins(config, set(named))]


def _of_plugins(config: FeatureConfig, taken: set[str]) -> Iterator[Feature]:
    """What the plug-ins declare. Raises ConfigError for a name that another feature has."""
    for name in config.plugins:
        for feature in plugin_features(name):
            if feature.name in taken:
                raise ConfigError("PLUGIN-FEATURE", f"--plugin {name}: {feature.name} is there already")
            taken.add(feature.name)
            yield feature


def min_history(config: FeatureConfig) -> int:
    """Newest bars that give the newest row to the last bit; with one fewer it may differ."""
    return longest(features_of(config))


def explained(config: FeatureConfig) -> list[dict[str, str | int]]:
    """A row for each feature: name, formula, look-back in bars, unit, source."""
    return [
        {"name": f.name, "formula": f.formula, "look_back": f.look_back, "unit": f.unit, "source": f.source}
        for f in features_of(config)
    ]
