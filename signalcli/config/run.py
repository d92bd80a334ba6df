"""All that decides the numbers of a run."""

from dataclasses import dataclass, field

from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.trading import TradingRule


@dataclass(frozen=True)
class RunConfig:
    """The settings of each stage, from bars to returns."""

    fetch: FetchConfig = field(default_factory=FetchConfig)
    features: FeatureConfig = field(default_factory=FeatureConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    folds: FoldConfig = field(default_factory=FoldConfig)
    rule: TradingRule = field(default_factory=TradingRule)
    leaks: LeakConfig = field(default_factory=LeakConfig)
