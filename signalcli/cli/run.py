"""``signalcli run`` and ``signalcli demo``: bars → METRICS in one go."""

from __future__ import annotations

import typer

from signalcli.cli import options as o
from signalcli.cli.backtest import emit_results
from signalcli.cli.fetch import fetched, refuse_failures
from signalcli.cli.job import resolved
from signalcli.cli.ledger import keep_trials, trials_of
from signalcli.cli.notes import NOTES
from signalcli.cli.progress import progress
from signalcli.cli.rules import with_rules
from signalcli.cli.settings import names_of, parse_settings
from signalcli.files import write_bytes
from signalcli.specs.execution import ExecutionSpec
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fetch import FetchSpec
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.specs.scorecard import CardSpec
from signalcli.specs.trading import TradingRule

FETCH, FEATURES, FIT, RULE, CARD = FetchSpec(), FeatureSpec(), FitSpec(), TradingRule(), CardSpec()


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
    window: o.Window = FEATURES.window,
    horizon: o.Horizon = FEATURES.horizon,
    dead_zone: o.DeadZone = FEATURES.dead_zone,
    sets: o.Sets = ",".join(FEATURES.sets),
    model: o.Models = ",".join(FIT.models),
    folds: o.Folds = FoldSpec.folds,
    gap: o.Gap = FoldSpec.gap,
    max_train: o.MaxTrain = FoldSpec.max_train,
    cv: o.Cv = FoldSpec.cv,
    embargo: o.Embargo = FoldSpec.embargo,
    refit_every: o.RefitEvery = FoldSpec.refit_every,
    test_groups: o.TestGroups = FoldSpec.test_groups,
    holdout: o.Holdout = None,
    open_holdout: o.OpenHoldout = FoldSpec.open_holdout,
    settings: o.Settings = None,
    pooled: o.Pooled = FIT.pooled,
    seed: o.Seed = FIT.random_state,
    jobs: o.Jobs = ExecutionSpec.jobs,
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
        write_bytes(output, resolved(context).encode())
        return
    names = names_of(model)
    chosen = parse_settings(settings or [], names)
    fetching = FetchSpec(
        source=source,
        start=start.date() if start else None,
        end=end.date() if end else None,
        interval=interval,
        adjust=adjust,
        bad_rows=bad_rows,
        date_format=date_format,
        gzip=gzip,
        timeout=timeout,
        include_unfinished=include_unfinished,
        rows=rows,
        seed=seed,
        settings={k: v for k, v in chosen.items() if k in (symbols or [])},
        store=store,
    )
    fitting = FitSpec(names, {k: v for k, v in chosen.items() if k not in fetching.settings}, pooled, seed)
    making = FeatureSpec(window, horizon, dead_zone, names_of(sets))
    trading = with_rules(TradingRule(cost_bps, fill, threshold, long_only), rule)
    cut = FoldSpec(
        folds,
        gap,
        max_train,
        cv,
        embargo,
        refit_every,
        test_groups,
        holdout.date() if holdout else None,
        open_holdout,
    )
    _run(
        symbols or [],
        fetching,
        making,
        fitting,
        cut,
        trading,
        returns,
        output,
        form,
        ledger,
        CardSpec(metrics, by, portfolio, intervals),
        deflate=deflate,
        jobs=ExecutionSpec(jobs).jobs,
    )


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
    from signalcli.sources.sample import sample_file

    fitting = FitSpec(names_of(model), random_state=seed)
    _run(["IBM"], FetchSpec(source=sample_file()), FEATURES, fitting, FoldSpec(), RULE, None, output, form)


def _run(
    symbols: list[str],
    fetching: FetchSpec,
    making: FeatureSpec,
    fitting: FitSpec,
    folds: FoldSpec,
    rule: TradingRule,
    returns: str | None,
    output: str,
    form: o.TableFormat | None,
    ledger: str = "off",
    card: CardSpec | None = None,
    *,
    deflate: bool = False,
    jobs: int = ExecutionSpec.jobs,
) -> None:
    from signalcli.metrics.scorecard import scorecard
    from signalcli.pipeline import run as carry

    found = fetched(symbols, fetching)
    NOTES.note(f"{len(found.bars):,} bars of {', '.join(found.bars['symbol'].unique()[:5])}")
    with progress() as report:
        outcome = carry(found.bars, making, fitting, folds, rule, report, jobs)
    keep_trials(ledger, outcome.features, outcome.predictions, fitting, folds)
    tried = trials_of(ledger, outcome.predictions, wanted=deflate)
    metrics = scorecard(outcome.returns, card, tried)
    emit_results(outcome.returns, metrics, returns, output, form)
    refuse_failures(found)
