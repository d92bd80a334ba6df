"""The table of pairs of options that cannot mean anything together, which `Config` and the verbs check.

A pair is named by its fields, such as ``FoldConfig.max_train``. The first option is the one that is refused;
without a rule of its own it is refused when it differs from its default.
"""

from typing import Any

from signalcli.config.conflicts.conflict import Conflict, Test
from signalcli.config.services import services_of
from signalcli.schemas import FITTED_BASELINES


def _is(*values: Any) -> Test:
    return lambda other: other in values


def _is_not(*values: Any) -> Test:
    return lambda other: other not in values


def _has_none_of(*names: str) -> Test:
    return lambda other: not set(names) & set(other)


COMBINATORIAL = _is("combinatorial")
WALK_FORWARD = _is_not("combinatorial")
UNSET = _is(None)
POSITIVE: Test = lambda other: other > 0  # noqa: E731 (one of the tests above)
CLOSE = _is("close")

FOLDS = (
    Conflict(
        "FoldConfig.max_train",
        "FoldConfig.cv",
        "left out with --cv combinatorial, which trains on both sides of a test block",
        (100, "combinatorial"),
        COMBINATORIAL,
    ),
    Conflict(
        "FoldConfig.open_holdout",
        "FoldConfig.cv",
        "left out with --cv combinatorial, which trains on the hold-out and tests all dates; open it with "
        "--cv expanding or rolling",
        (True, "combinatorial"),
        COMBINATORIAL,
        beside={"holdout": "2024-01-01"},
    ),
    Conflict("FoldConfig.open_holdout", "FoldConfig.holdout", "given with --holdout", (True, None), UNSET),
    Conflict(
        "FoldConfig.refit_every",
        "FoldConfig.cv",
        "left out with --cv combinatorial",
        ("month", "combinatorial"),
        COMBINATORIAL,
    ),
    Conflict(
        "FoldConfig.embargo",
        "FoldConfig.cv",
        "0 unless --cv is combinatorial: walk-forward trains on nothing behind a test block",
        (5, "expanding"),
        WALK_FORWARD,
    ),
    Conflict(
        "FoldConfig.test_groups",
        "FoldConfig.cv",
        "left out unless --cv is combinatorial: walk-forward tests one block at a time",
        (3, "rolling"),
        WALK_FORWARD,
    ),
    Conflict(
        "FoldConfig.test_groups",
        "FoldConfig.folds",
        "fewer than the {} groups of --folds",
        (4, 4),
        clash=lambda groups, folds: groups >= folds and groups > 2,
        beside={"cv": "combinatorial"},
    ),
)

FEATURES = (
    Conflict(
        "FeatureConfig.dead_zone",
        "FeatureConfig.label",
        "0 with --label {}",
        (0.01, "triple-barrier"),
        _is("triple-barrier", "trend-scan", "cross-rank"),
    ),
    Conflict(
        "FeatureConfig.dead_zone",
        "FeatureConfig.label",
        "above 0 with --label dead-zone",
        (0.0, "dead-zone"),
        clash=lambda zone, label: label == "dead-zone" and zone == 0,
    ),
    Conflict(
        "FeatureConfig.dead_zone",
        "FeatureConfig.dead_zone_unit",
        "a fraction from 0 to below 1",
        (1.5, "return"),
        clash=lambda zone, unit: unit == "return" and zone >= 1,
    ),
    Conflict(
        "FeatureConfig.dead_zone_unit",
        "FeatureConfig.dead_zone",
        "left out without --dead-zone",
        ("volatility", 0.0),
        _is(0),
    ),
    Conflict(
        "FeatureConfig.barriers",
        "FeatureConfig.label",
        "left out unless --label is triple-barrier",
        ((2.0, 1.0), "direction"),
        _is_not("triple-barrier"),
    ),
    Conflict(
        "FeatureConfig.horizon",
        "FeatureConfig.label",
        "at least 2 bars with --label trend-scan",
        (1, "trend-scan"),
        clash=lambda horizon, label: label == "trend-scan" and horizon < 2,
    ),
    Conflict(
        "FeatureConfig.label_from",
        "FeatureConfig.label",
        "close with --label {}, which follows closes",
        ("next_open", "triple-barrier"),
        _is("triple-barrier", "trend-scan"),
        beside={"horizon": 5},
    ),
    Conflict(
        "FeatureConfig.statistics",
        "FeatureConfig.sets",
        "used with --sets rolling",
        (("mean",), ("lags",)),
        _has_none_of("rolling"),
        verbs=("features", "run"),
    ),
    Conflict(
        "FeatureConfig.windows",
        "FeatureConfig.sets",
        "used with --sets rolling or volatility",
        ((7,), ("lags",)),
        _has_none_of("rolling", "volatility"),
        verbs=("features", "run"),
    ),
    Conflict(
        "FeatureConfig.channels",
        "FeatureConfig.sets",
        "used with --sets lags or windows",
        (("ret",), ("technical",)),
        _has_none_of("lags", "windows"),
        verbs=("features", "run"),
    ),
    Conflict(
        "FeatureConfig.lags",
        "FeatureConfig.sets",
        "used with --sets lags",
        ((0, 2), ("windows",)),
        _has_none_of("lags"),
        verbs=("features", "run"),
    ),
)

FIT = (
    Conflict(
        "FitConfig.calibrate",
        "FitConfig.models",
        "used with a model that is not a baseline: baselines are not calibrated",
        ("platt", ("majority",)),
        lambda models: bool(models) and set(models) <= set(FITTED_BASELINES),
    ),
    Conflict(
        "FitConfig.coverage",
        "FitConfig.models",
        "used with a model that is not a baseline: baselines have no prediction sets",
        (0.9, ("persistence",)),
        lambda models: bool(models) and set(models) <= set(FITTED_BASELINES),
    ),
    Conflict("FitConfig.aci", "FitConfig.coverage", "used with --coverage", (0.01, None), UNSET),
    Conflict(
        "FitConfig.aci",
        "FoldConfig.cv",
        "left out with --cv combinatorial, whose rows are not tested in order of time",
        (0.01, "combinatorial"),
        COMBINATORIAL,
        beside={"coverage": 0.9},
    ),
    Conflict(
        "FitConfig.aci",
        "SaveConfig.save",
        "left out with --save: a saved model learns no outcomes",
        (0.01, "model"),
        _is_not(None),
        beside={"coverage": 0.9, "models": ("tree",)},
    ),
    Conflict(
        "SaveConfig.save",
        "FitConfig.models",
        "used with one --model, not more",
        ("model", ("tree", "ar")),
        lambda models: len(models) != 1,
    ),
    Conflict("SaveConfig.refit_after", "SaveConfig.save", "used with --save", ("30d", None), UNSET),
    Conflict("SaveConfig.promote", "SaveConfig.save", "used with --save", ("if-better", None), UNSET),
    Conflict("SaveConfig.require_promotion", "SaveConfig.save", "used with --save", (True, None), UNSET),
    Conflict("WatchConfig.notify", "WatchConfig.watch", "used with --watch", ("mail me", False), _is(False)),
    Conflict("SaveConfig.rollback", "SaveConfig.save", "used with --save", (True, None), UNSET),
    Conflict(
        "SaveConfig.append", "SaveConfig.save", "used with --save", ("s.csv", None), UNSET, verbs=("run",)
    ),
    Conflict(
        "SaveConfig.calendar", "SaveConfig.save", "used with --save", ("XNYS", None), UNSET, verbs=("run",)
    ),
)

PORTFOLIO_OF_POSITIONS = _is(None, "equal", "volatility")

PORTFOLIO = (
    *(
        Conflict(
            f"PortfolioConfig.{name}", "PortfolioConfig.portfolio", "used with --portfolio", (v, None), UNSET
        )
        for name, v in (("max_weight", 0.1), ("max_gross", 0.5), ("holdings", "weights.csv"))
    ),
    *(
        Conflict(
            f"TradingRule.{name}",
            "PortfolioConfig.portfolio",
            "left out with --portfolio, which knows costs by turnover and no stops",
            (value, "equal"),
            _is_not(None),
        )
        for name, value in (
            ("stop_loss", 0.05),
            ("take_profit", 0.05),
            ("per_share", 0.01),
            ("min_commission", 1.0),
            ("impact", 0.1),
        )
    ),
    *(
        Conflict(
            f"TradingRule.{name}",
            "PortfolioConfig.portfolio",
            "left out with --portfolio {}, whose weights follow from the signals of a date",
            (value, "signal"),
            lambda kind: not PORTFOLIO_OF_POSITIONS(kind),
        )
        for name, value in (("sizing", "probability"), ("max_turnover", 0.1), ("dead_band", 0.1))
    ),
)

TRADING = (
    Conflict(
        "TradingRule.stop_loss", "TradingRule.fill", "used with --fill next_open", (0.05, "close"), CLOSE
    ),
    Conflict(
        "TradingRule.take_profit", "TradingRule.fill", "used with --fill next_open", (0.05, "close"), CLOSE
    ),
    Conflict(
        "TradingRule.kelly", "TradingRule.sizing", "used with --sizing kelly", (0.3, "sign"), _is_not("kelly")
    ),
    Conflict(
        "TradingRule.volatility",
        "TradingRule.sizing",
        "used with --sizing volatility",
        (0.2, "kelly"),
        _is_not("volatility"),
    ),
    Conflict(
        "TradingRule.borrow_bps",
        "TradingRule.long_only",
        "0 with --long-only, which borrows nothing",
        (50.0, True),
        _is(True),
    ),
    Conflict(
        "TradingRule.dead_band",
        "TradingRule.max_position",
        "at most --max-position {}: no position is ever taken",
        (0.6, 0.5),
        clash=lambda band, largest: band > largest,
    ),
    Conflict(
        "TradingRule.capital",
        "TradingRule.impact",
        "used with --per-share, --min-commission or --impact",
        (1000.0, 0.0),
        _is(0),
        unless={"TradingRule.per_share": POSITIVE, "TradingRule.min_commission": POSITIVE},
    ),
    Conflict(
        "TradingRule.lookback",
        "TradingRule.sizing",
        "used with --sizing kelly or volatility, --impact or --portfolio volatility",
        (7, "sign"),
        _is("sign", "probability"),
        unless={"TradingRule.impact": POSITIVE, "PortfolioConfig.portfolio": _is("volatility")},
    ),
)

FORECAST = (
    Conflict(
        "ForecastConfig.test_share",
        "ForecastConfig.test_from",
        "left out with --test-from",
        (0.3, "2024-01-01"),
        _is_not(None),
    ),
    Conflict("ForecastConfig.block", "ForecastConfig.steps", "left out with --steps", (5, 10), _is_not(None)),
    Conflict("ForecastConfig.start", "ForecastConfig.steps", "used with --steps", ("zeros", None), UNSET),
    Conflict(
        "ForecastConfig.start",
        "ForecastConfig.scale",
        "left out with --scale {}",
        ("zeros", "window"),
        _is("window", "returns", "differences"),
        beside={"steps": 5},
    ),
    Conflict(
        "ForecastConfig.window",
        "ForecastConfig.scale",
        "2 or more bars with changes",
        (1, "returns"),
        clash=lambda window, scale: scale in {"returns", "differences"} and window < 2,
    ),
)

INPUT = (
    Conflict(
        "FetchConfig.start",
        "FetchConfig.end",
        "a date up to --end {}",
        ("2024-02-01", "2024-01-01"),
        clash=lambda start, end: None not in (start, end) and start > end,
    ),
    Conflict(
        "FetchConfig.settings",
        "FetchConfig.source",
        "used with --source synthetic",
        ({"ar1": {"phi": 0.3}}, "yahoo"),
        _is_not("synthetic"),
    ),
    Conflict(
        "FetchConfig.process",
        "FetchConfig.source",
        "used with --source synthetic",
        ("walk", "yahoo"),
        _is_not("synthetic"),
    ),
    Conflict(
        "FetchConfig.rows",
        "FetchConfig.source",
        "used with --source synthetic",
        (9, "yahoo"),
        _is_not("synthetic"),
    ),
    # Only where the source decides: other verbs read the file that stands on their command line.
    *(
        Conflict(
            f"FetchConfig.{name}",
            "FetchConfig.source",
            "used with a file as --source",
            (value, service),
            lambda source: bool(services_of(source)),
            verbs=("fetch", "run"),
        )
        for name, value, service in (
            ("date_format", "%d.%m.%Y", "yahoo"),
            ("strict", True, "synthetic"),
            ("table", "bars", "yahoo"),
            ("query", "SELECT * FROM bars", "yahoo"),
            ("columns", ("date=Zeit",), "yahoo"),
            ("no_header", True, "yahoo"),
        )
    ),
    Conflict(
        "FetchConfig.table", "FetchConfig.query", "left out with --query", ("bars", "SELECT 1"), _is_not(None)
    ),
    Conflict(
        "FetchConfig.include_unfinished",
        "FetchConfig.source",
        "used with a service as --source",
        (True, "bars.csv"),
        lambda source: not services_of(source) or source == "synthetic",
        verbs=("fetch", "run"),
    ),
    Conflict(
        "FetchConfig.interval",
        "FetchConfig.source",
        "left out with files, whose bars have an interval of their own; signalcli resample changes it",
        ("1wk", "bars.csv"),
        lambda source: not services_of(source),
        verbs=("fetch", "run"),
    ),
    *(
        Conflict(
            f"StoreConfig.{name}",
            "FetchConfig.store",
            "used with --store",
            (value, None),
            UNSET,
            verbs=("fetch", "run"),
        )
        for name, value in (("wait", 5.0), ("on_rewrite", "keep"), ("overlap", 3))
    ),
    Conflict(
        "StoreConfig.update", "FetchConfig.store", "used with --store", (True, None), UNSET, verbs=("run",)
    ),
    Conflict("QualityConfig.stale_sessions", "QualityConfig.as_of", "used with --as-of", (5, None), UNSET),
)

OUTPUT = (
    Conflict(
        "OutputConfig.json",
        "OutputConfig.format",
        "left out with --format {}",
        (True, "csv"),
        _is_not(None, "json"),
    ),
    Conflict(
        "LedgerConfig.deflate",
        "LedgerConfig.ledger",
        "left out with --ledger off: it counts the trials in the ledger",
        (True, "off"),
        _is("off"),
    ),
    Conflict(
        "StatisticsConfig.lags",
        "StatisticsConfig.sections",
        "used with --section acf or pacf",
        (5, ("summary",)),
        _has_none_of("acf", "pacf"),
    ),
    Conflict(
        "StatisticsConfig.max_order",
        "StatisticsConfig.sections",
        "used with --section order, ar, residuals or linearity",
        (5, ("summary",)),
        _has_none_of("order", "ar", "residuals", "linearity"),
    ),
)

TUNING = (
    Conflict(
        "FoldConfig.cv",
        "TuneConfig.inner_folds",
        "expanding or rolling: a search reports every row once",
        ("combinatorial", 3),
        clash=lambda cv, _: COMBINATORIAL(cv),
    ),
)

PARALLEL = (
    Conflict(
        "ParallelConfig.jobs",
        "ParallelConfig.cluster",
        "left out with --cluster, whose workers fit",
        (2, "tcp://host:8786"),
        _is_not(None),
    ),
)

CONFLICTS: tuple[Conflict, ...] = (
    *FOLDS,
    *FEATURES,
    *FIT,
    *PORTFOLIO,
    *TRADING,
    *FORECAST,
    *INPUT,
    *OUTPUT,
    *TUNING,
    *PARALLEL,
)
