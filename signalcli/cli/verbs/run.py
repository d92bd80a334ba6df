"""``signalcli run`` and ``signalcli demo``: bars → METRICS in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.options import common as o
from signalcli.cli.options import features as fo
from signalcli.cli.options.assemble import card_spec, run_spec
from signalcli.cli.parsing import names_of
from signalcli.cli.progress import progress
from signalcli.cli.steps.ledger import keep_trials, trials_of
from signalcli.cli.steps.nightly import append_signals, kept_models, refuse_keeping, save_models
from signalcli.cli.steps.plan import plan_of
from signalcli.cli.verbs.backtest import emit_results, widened
from signalcli.cli.verbs.fetch import fetched, refuse_failures
from signalcli.cli.verbs.job import resolved
from signalcli.config.checks import require
from signalcli.config.execution import ExecutionConfig
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.run import RunConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.store import StoreConfig
from signalcli.config.trading import TradingRule
from signalcli.io.files import write_bytes
from signalcli.tracking.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.data.sources.fetch import Fetched
    from signalcli.pipeline import Outcome

FETCH, FEATURES, FIT, RULE, CARD = (
    FetchConfig(),
    FeatureConfig(),
    FitConfig(),
    TradingRule(),
    ScorecardConfig(),
)


def run(
    context: typer.Context,
    symbols: o.SymbolsOrJob = None,
    source: o.Source = FETCH.source,
    start: o.Start = None,
    end: o.End = None,
    interval: o.Interval = FETCH.interval,
    adjust: o.Adjust = FETCH.adjust,
    bad_rows: o.BadRows = FETCH.bad_rows,
    date_format: o.DateFormat = FETCH.date_format,
    gzip: o.Gzip = FETCH.gzip,
    timeout: o.Timeout = FETCH.timeout,
    include_unfinished: o.IncludeUnfinished = FETCH.include_unfinished,
    rows: o.Rows = FETCH.rows,
    store: o.Store = FETCH.store,
    update: o.Update = False,
    wait: o.Wait = StoreConfig.wait,
    window: o.Window = FEATURES.window,
    horizon: o.Horizon = FEATURES.horizon,
    dead_zone: o.DeadZone = FEATURES.dead_zone,
    sets: o.Sets = ",".join(FEATURES.sets),
    windows: fo.Windows = ",".join(map(str, FEATURES.windows)),
    statistics: fo.Statistics = ",".join(FEATURES.statistics),
    channels: fo.Channels = ",".join(FEATURES.channels),
    lags: fo.Lags = "",
    label: fo.Label = FEATURES.label,
    dead_zone_unit: fo.ZoneUnit = FEATURES.dead_zone_unit,
    barriers: fo.Barriers = ",".join(map(str, FEATURES.barriers)),
    weights: fo.Weights = FEATURES.weights,
    float32: fo.Float32 = FEATURES.float32,
    plugins: fo.Plugins = "",
    spec_file: fo.SpecFile = None,
    model: o.Models = ",".join(FIT.models),
    folds: o.Folds = FoldConfig.folds,
    gap: o.Gap = FoldConfig.gap,
    max_train: o.MaxTrain = FoldConfig.max_train,
    cv: o.Cv = FoldConfig.cv,
    embargo: o.Embargo = FoldConfig.embargo,
    refit_every: o.RefitEvery = FoldConfig.refit_every,
    test_groups: o.TestGroups = FoldConfig.test_groups,
    holdout: o.Holdout = None,
    open_holdout: o.OpenHoldout = FoldConfig.open_holdout,
    settings: o.Settings = None,
    pooled: o.Pooled = FIT.pooled,
    seed: o.Seed = FIT.random_state,
    seeds: o.Seeds = FIT.seeds,
    calibrate: o.Calibrate = None,
    coverage: o.Coverage = None,
    jobs: o.Jobs = ExecutionConfig.jobs,
    cost_bps: o.CostBps = RULE.cost_bps,
    fill: o.FillOption = RULE.fill,
    threshold: o.Threshold = RULE.threshold,
    long_only: o.LongOnly = RULE.long_only,
    rule: o.Rules = None,
    metrics: o.Shown = CARD.metrics,
    by: o.Part = CARD.by,
    portfolio: o.Portfolio = CARD.portfolio,
    intervals: o.Intervals = CARD.intervals,
    deflate: o.Deflate = False,
    ledger: o.Ledger = "default",
    save: o.SaveFolder = None,
    refit_after: o.RefitAfter = None,
    append: o.AppendFile = None,
    calendar: o.Ahead = "auto",
    returns: o.ReturnsFile = None,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    dry_run: o.DryRun = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Carry bars through all four stages in one process, same numbers.

    \b
    signalcli run IBM --source prices.csv --models ar,tree,lstm,gru
    signalcli run nightly.toml
    """
    if dry_run:
        write_bytes(output, f"{plan_of(context)}\n{resolved(context)}".encode())
        return
    config = run_spec(context)
    require(store is not None or not update, "--update", "", "together with --store")
    refuse_keeping(context, config)
    found = _found(symbols or [], config, StoreConfig(wait) if update else None)
    if not kept_models(context, found.bars, config):
        _fit_and_print(context, found.bars, config)
    append_signals(context, found.bars, config)
    refuse_failures(found)


def _fit_and_print(context: typer.Context, bars: pd.DataFrame, config: RunConfig) -> None:
    """The walk-forward, its metrics, and the model fitted on all rows where it is to be kept."""
    from signalcli.evaluation.scorecard import scorecard

    p = context.params
    outcome = _carried(bars, config, ExecutionConfig(p["jobs"]))
    recipe = Recipe(config.fit, config.folds, config.features, config.fetch, tuple(p["symbols"] or []))
    keep_trials(p["ledger"], outcome.features, outcome.predictions, recipe)
    tried = trials_of(p["ledger"], outcome.predictions, wanted=p["deflate"])
    card = card_spec(context)
    metrics = widened(scorecard(outcome.returns, card, tried), outcome.predictions, config.rule, card)
    emit_results(outcome.returns, metrics, p["returns"], p["output"], p["form"])
    save_models(context, outcome, config)


def demo(
    model: o.Models = ",".join(FIT.models),
    seed: o.Seed = FIT.random_state,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Run on IBM's bars of 2000 to 2013, which come with the package."""
    from signalcli.data.sources.sample import sample_file
    from signalcli.evaluation.scorecard import scorecard

    config = RunConfig(
        fetch=FetchConfig(source=sample_file()), fit=FitConfig(names_of(model), random_state=seed)
    )
    outcome = _carried(_found(["IBM"], config).bars, config, ExecutionConfig())
    emit_results(outcome.returns, scorecard(outcome.returns), None, output, form)


def _found(symbols: list[str], config: RunConfig, storing: StoreConfig | None = None) -> Fetched:
    found = fetched(symbols, config.fetch, storing)
    NOTES.note(f"{len(found.bars):,} bars of {', '.join(found.bars['symbol'].unique()[:5])}")
    return found


def _carried(bars: pd.DataFrame, config: RunConfig, where: ExecutionConfig) -> Outcome:
    """What becomes of the bars."""
    from signalcli.pipeline import run as carry

    with progress() as report:
        return carry(bars, config, report, where.jobs)
