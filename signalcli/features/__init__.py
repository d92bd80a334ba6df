"""What is known at the close of a bar, one row a bar: lags, rolling statistics, indicators, calendar."""

from signalcli.features.build import build
from signalcli.specs.features import SETS, FeatureSpec

__all__ = ["SETS", "FeatureSpec", "build"]
