"""What is known at the close of a bar, one row a bar, and what a model is asked."""

from signalcli.config.features import EVERY_SET, SETS, FeatureConfig
from signalcli.features.build import build
from signalcli.features.catalogue import explained, features_of, min_history
from signalcli.features.feature import Feature

__all__ = [
    "EVERY_SET",
    "SETS",
    "Feature",
    "FeatureConfig",
    "build",
    "explained",
    "features_of",
    "min_history",
]
