"""``signalcli run`` and ``signalcli demo``: bars → METRICS in one process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.console import console
from signalcli.cli.inputs import READ_ROWS, fetch_bars, raise_failure
from signalcli.cli.options.complete import symbols as complete_symbols
from signalcli.cli.options.job import is_job, resolved, take_job
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.spec import SpecFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_results, with_trade_metrics, write_text
from signalcli.cli.progress import progress
from signalcli.cli.steps.fits.cache import fit_cache
from signalcli.cli.steps.fits.cluster import connected
from signalcli.cli.steps.fits.left_out import (
    warn,
    warn_of_bars,
    warn_of_jumps,
    warn_of_left_out,
    warn_of_ranks,
    warn_of_skipped,
)
from signalcli.cli.steps.fits.processes import start_processes
from signalcli.cli.steps.fits.searched import warn_of_search
from signalcli.cli.steps.ledger import record_fits, trials_by_symbol
from signalcli.cli.steps.nightly import append_signals, reusable, save_models
from signalcli.cli.steps.plan import plan_text
from signalcli.cli.steps.portfolio import trade_portfolio, with_portfolio
from signalcli.cli.steps.report import check_report, write_report
from signalcli.cli.steps.save import check_can_save, check_promoted, roll_back
from signalcli.cli.steps.universe import warn_of_closings, within
from signalcli.cli.steps.unused import RETURNS, warn_of_unseen_metrics
from signalcli.cli.words import split_words
from signalcli.config.cache import CacheConfig
from signalcli.config.checks import require
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig, ReturnsConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.report import ReportConfig, RunReportConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.run import RunConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.store import StoreConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import ParamsConfig
from signalcli.config.universe import UniverseConfig
from signalcli.errors import count, shortened
from signalcli.tracking.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.pipeline import PipelineResult
    from signalcli.serving.promotion.promote import Outcome
    from signalcli.training.cache.fits import FitCache
    from signalcli.training.cluster.cluster import Cluster

SymbolsOrJob = Annotated[
    list[str] | None,
    typer.Argument(
        help="Symbols, files of bars, @FILE with a list, or one job file (….toml).",
        metavar="SYMBOL|JOB.toml",
        is_eager=True,
        callback=take_job,
        autocompletion=complete_symbols,
    ),
]


@partial(
    verb,
    main=(
        "source",
        "start",
        "end",
        "window",
        "horizon",
        "model",
        "set",
        "folds",
        "cost_bps",
        "long_only",
        "save",
        "output",
        "format",
        "report",
        "dry_run",
    ),
)
def run(
    context: typer.Context,
    symbols: SymbolsOrJob = None,
    fetch: Annotated[
        FetchConfig,
        Only(
            *READ_ROWS,
            "bad_rows",
            "start",
            "end",
            "timeout",
            "include_unfinished",
            "rows",
            "seed",
            "settings",
        ),
    ] = FetchConfig(),
    universe: UniverseConfig = UniverseConfig(),
    storing: Annotated[StoreConfig, Only("update", "wait")] = StoreConfig(),
    features: FeatureConfig = FeatureConfig(),
    spec: SpecFile = None,
    leaks: LeakConfig = LeakConfig(),
    fit: FitConfig = FitConfig(),
    params: ParamsConfig = ParamsConfig(),
    parallel: ParallelConfig = ParallelConfig(),
    caching: CacheConfig = CacheConfig(),
    folds: FoldConfig = FoldConfig(),
    rule: TradingRule = TradingRule(),
    sharing: PortfolioConfig = PortfolioConfig(),
    card: ScorecardConfig = ScorecardConfig(),
    ledger: LedgerConfig = LedgerConfig(),
    saving: SaveConfig = SaveConfig(),
    given: Annotated[dict[str, Any], Given(FetchConfig, "source", "adjust")] = NOTHING,
    output: ReturnsConfig = ReturnsConfig(),
    reporting: RunReportConfig = RunReportConfig(),
    retrying: RetryConfig = RetryConfig(),
    dry_run: Annotated[bool, Option("Print the plan and the origin of each setting; do nothing.")] = False,
) -> None:
    """Run all four stages in one process: bars, features, walk-forward fits, backtest.

    \b
    signalcli run IBM --source prices.csv --model ar,tree,lstm,gru
    signalcli run nightly.toml
    """
    require(not (saving.rollback and dry_run), "--rollback", "", "left out with --dry-run")
    if saving.rollback:
        roll_back(saving)
        return
    names, fetch = split_words(symbols or [], fetch, given)
    config = RunConfig(fetch, features, fit, folds, rule, leaks)
    refuse_conflicts(fetch, storing, features, fit, folds, saving, rule, sharing, verb="run")
    mode = saving.mode(nightly=is_job(context))
    if dry_run:
        plan = plan_text(names, config, saving, mode, update=storing.update)
        write_text(f"{plan}\n{resolved(context)}", OutputConfig())
        return
    check_can_save(saving.save, fit)
    report = None if reporting.report is None else ReportConfig(reporting.report)
    if report is not None:
        check_report(report)
    start_processes(parallel, fit)
    fetched = fetch_bars(names, fetch, storing if storing.update else None, partial=True)
    bars, adjustment = within(fetched.bars, universe), _adjustment(fetch, given)
    warn_of_jumps(bars)
    console.note(f"{count(len(bars), 'bar')} of {shortened(list(bars['symbol'].unique()))}")
    bundles = reusable(saving, bars, config)
    outcomes: list[Outcome] = []
    if not bundles:
        with fit_cache(caching, fit) as cache, connected(parallel, fit) as cluster:
            result = _run_pipeline(bars, config, parallel.jobs, cache, cluster)
        recipe = Recipe(fit, folds, features, fetch, tuple(names), rule, universe=universe.universe)
        record_fits(ledger.ledger, result.features, result.predictions, recipe)
        warn_of_closings(result.predictions)
        warn_of_search(result.predictions, params, saving)
        shared = trade_portfolio(result.predictions, sharing, rule)
        metrics = _metrics(result, rule, card, ledger, shared)
        if output.replaces_metrics:
            warn_of_unseen_metrics(RETURNS, card, ledger)
        emit_results(with_portfolio(result.returns, shared), metrics, output, card)
        if report is not None:
            write_report(result.predictions, rule, ComparisonConfig(), ledger, report)
        outcomes = save_models(saving, result, config, adjustment, mode, fetched.dropped)
    elif report is not None:
        console.warn("no report is written: the saved model is kept, so nothing was tested")
    append_signals(saving, bars, config, adjustment, bundles)
    raise_failure(fetched)
    check_promoted(saving, outcomes)


@verb
def demo(
    fit: Annotated[FitConfig, Only("models", "random_state")] = FitConfig(),
    parallel: Annotated[ParallelConfig, Only("jobs")] = ParallelConfig(jobs=2),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Run on the bars of IBM from 2000 to 2013, which come with the package."""
    from signalcli.data.sources.sample import sample_file

    config = RunConfig(fetch=FetchConfig(source=sample_file()), fit=fit)
    start_processes(parallel, fit)
    result = _run_pipeline(fetch_bars(["IBM"], config.fetch).bars, config, parallel.jobs)
    metrics = _metrics(result, config.rule, ScorecardConfig(), LedgerConfig())
    emit_results(result.returns, metrics, ReturnsConfig(output.output, output.chosen))


def _run_pipeline(
    bars: Any,
    config: RunConfig,
    jobs: int,
    cache: FitCache | None = None,
    cluster: Cluster | None = None,
) -> PipelineResult:
    from signalcli import pipeline

    with progress() as report:
        result = pipeline.run(bars, config, report, jobs, cache, cluster)
    warn_of_bars(bars, config.features)
    warn_of_ranks(result.features, config.features)
    warn(result.lines)
    warn_of_left_out(result.features, config.folds)
    warn_of_skipped(result.features, result.predictions, config.fit, config.folds)
    return result


def _metrics(
    result: PipelineResult,
    rule: TradingRule,
    card: ScorecardConfig,
    ledger: LedgerConfig,
    shared: pd.DataFrame | None = None,
) -> pd.DataFrame:
    from signalcli.evaluation.scorecard import scorecard

    metrics = scorecard(result.returns, card, trials_by_symbol(ledger, result.predictions), shared)
    return with_trade_metrics(metrics, result.predictions, rule, card, shared)


def _adjustment(fetch: FetchConfig, given: dict[str, Any]) -> str | None:
    """Return how prices are adjusted, if that is known: a file does not say."""
    known = fetch.store is not None or fetch.from_market or "adjust" in given
    return fetch.adjust if known else None
