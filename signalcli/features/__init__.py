"""BARS → FEATURES: one row a bar with what is known at its close, and the label to learn."""

from signalcli.config.features import EVERY_SET, SETS, FeatureConfig
from signalcli.features.build import build
from signalcli.features.catalogue import describe_features, min_history, select_features
from signalcli.features.feature import Feature

__all__ = [
    "EVERY_SET",
    "SETS",
    "Feature",
    "FeatureConfig",
    "build",
    "describe_features",
    "min_history",
    "select_features",
]
