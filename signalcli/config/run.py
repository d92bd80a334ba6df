"""All that decides the numbers of a run."""

from dataclasses import dataclass, field

from signalcli.config.features import FeatureSpec
from signalcli.config.fetch import FetchSpec
from signalcli.config.fit import FitSpec
from signalcli.config.folds import FoldSpec
from signalcli.config.trading import TradingRule


@dataclass(frozen=True)
class RunSpec:
    """The settings of each stage, from bars to returns."""

    fetch: FetchSpec = field(default_factory=FetchSpec)
    features: FeatureSpec = field(default_factory=FeatureSpec)
    fit: FitSpec = field(default_factory=FitSpec)
    folds: FoldSpec = field(default_factory=FoldSpec)
    rule: TradingRule = field(default_factory=TradingRule)
