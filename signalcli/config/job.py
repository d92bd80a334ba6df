"""What a job file holds: its sections, and the settings in each, read from the configs."""

from signalcli.config.base import Config
from signalcli.config.cache import CacheConfig
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.option import Option, Setting, settings_of
from signalcli.config.output import LedgerConfig, ReturnsConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.report import RunReportConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.store import StoreConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import ParamsConfig
from signalcli.config.universe import UniverseConfig

CONFIGS: tuple[type[Config], ...] = (
    FetchConfig,
    StoreConfig,
    RetryConfig,
    FeatureConfig,
    UniverseConfig,
    LeakConfig,
    FitConfig,
    ParamsConfig,
    FoldConfig,
    ParallelConfig,
    CacheConfig,
    TradingRule,
    PortfolioConfig,
    SaveConfig,
    ReturnsConfig,
    RunReportConfig,
    ScorecardConfig,
    LedgerConfig,
)
SYMBOLS = Setting("symbols", tuple[str, ...], Option("Symbols; empty means all in the file."), ())
SKIPPED = "-"  # key of a setting that no job file has


def sections() -> dict[str, dict[str, Setting]]:
    """Return the settings of a job file by section and key, in the order of the example."""
    found: dict[str, dict[str, Setting]] = {}
    for config in CONFIGS:
        section = found.setdefault(config.section, {})
        section.update({s.key: s for s in settings_of(config) if s.key != SKIPPED})
    found["fetch"] = {SYMBOLS.key: SYMBOLS, **found["fetch"]}
    return found
