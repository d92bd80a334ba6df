"""The features that a config selects, in the order of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signalcli.config.features import FeatureConfig
from signalcli.errors import ConfigError
from signalcli.features.feature import Feature, longest_look_back
from signalcli.features.plugins import plugin_features
from signalcli.features.sets.alpha158 import alpha158_features
from signalcli.features.sets.calendar import calendar_features
from signalcli.features.sets.cross_section import cross_section_features
from signalcli.features.sets.indicators import indicator_features
from signalcli.features.sets.lags import lag_features
from signalcli.features.sets.rolling import rolling_features
from signalcli.features.sets.session import session_features
from signalcli.features.sets.technical import technical_features
from signalcli.features.sets.volatility import volatility_features

FEATURE_SETS: dict[str, Callable[[FeatureConfig], list[Feature]]] = {
    "lags": lambda config: lag_features(config.window, config.channels, config.lags),
    "windows": lambda config: lag_features(config.window, config.channels),
    "rolling": lambda config: rolling_features(config.windows, config.statistics),
    "indicators": lambda _: indicator_features(),
    "technical": lambda _: technical_features(),
    "volatility": lambda config: volatility_features(config.windows),
    "alpha158": lambda _: alpha158_features(),
    "calendar": lambda _: calendar_features(),
    "session": lambda _: session_features(),
    "cross": lambda _: cross_section_features(),
}


def select_features(config: FeatureConfig) -> list[Feature]:
    """Features of the selected sets, each once, in the order of `FEATURE_SETS`; then those of plug-ins."""
    by_name = {f.name: f for name, make in FEATURE_SETS.items() if name in config.sets for f in make(config)}
    return [*by_name.values(), *_of_plugins(config, set(by_name))]


def _of_plugins(config: FeatureConfig, taken: set[str]) -> Iterator[Feature]:
    """Features of the plug-ins. Raises ConfigError for a name that another feature has."""
    for name in config.plugins:
        for feature in plugin_features(name):
            if feature.name in taken:
                raise ConfigError(
                    "PLUGIN-FEATURE", f"--plugin {name}: {feature.name} exists already; rename it"
                )
            taken.add(feature.name)
            yield feature


def compares_symbols(config: FeatureConfig) -> bool:
    """Whether a selected feature reads other symbols of the same date."""
    return any(feature.across for feature in select_features(config))


def min_history(config: FeatureConfig) -> int:
    """Number of newest bars that determine the newest row of the config's features to the last bit."""
    return longest_look_back(select_features(config))


def describe_features(config: FeatureConfig) -> list[dict[str, str | int]]:
    """One row per feature: name, formula, look-back in bars, unit, source."""
    return [
        {"name": f.name, "formula": f.formula, "look_back": f.look_back, "unit": f.unit, "source": f.source}
        for f in select_features(config)
    ]
