"""What is known at the close of a bar, one row a bar: lags, rolling statistics, indicators, calendar."""

from signalcli.features.build import build
from signalcli.features.catalogue import explained, features_of, min_history
from signalcli.features.feature import Feature
from signalcli.specs.features import SETS, FeatureSpec

__all__ = ["SETS", "Feature", "FeatureSpec", "build", "explained", "features_of", "min_history"]
