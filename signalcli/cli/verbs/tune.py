"""``signalcli tune``: FEATURES → TUNING, a nested search of model parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from signalcli.cli.inputs import FeaturesFile, read
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, further_output
from signalcli.cli.progress import search_progress
from signalcli.cli.steps.fits.cache import fit_cache
from signalcli.cli.steps.fits.cluster import connected
from signalcli.cli.steps.fits.left_out import warn, warn_of_left_out, warn_of_unread
from signalcli.cli.steps.fits.processes import start_processes
from signalcli.cli.steps.fits.tuning import (
    check_search,
    plan_search,
    trials_by_label,
    write_best,
)
from signalcli.config.cache import CacheConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig, TunedFitConfig, TuneOutputConfig
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.research.tuning.tune import Tuned, Tuning

FITTED = (
    "models", "settings", "pooled", "random_state", "calibrate", "coverage", "aci", "require_all", "features",
    "exclude",
)  # fmt: skip


@verb
def tune(
    file: FeaturesFile = None,
    config: TuneConfig = TuneConfig(),
    fit: Annotated[TunedFitConfig, Only(*FITTED)] = TunedFitConfig(),
    parallel: ParallelConfig = ParallelConfig(),
    caching: CacheConfig = CacheConfig(),
    folds: FoldConfig = FoldConfig(),
    leaks: LeakConfig = LeakConfig(),
    rule: TradingRule = TradingRule(),
    ledger: Annotated[LedgerConfig, Only("ledger")] = LedgerConfig(),
    files: TuneOutputConfig = TuneOutputConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Search model parameters inside each training part; report the untouched test rows.

    Every outer fold is tuned on walk-forward folds of its own training part, so its test rows are out of
    sample. --best also searches all labeled rows, for the model that is used from now on.

    \b
    signalcli tune features.csv --space tree.num_leaves=7,15,31 --space tree.learning_rate=0.01..0.3:log
    signalcli tune features.csv --space space.toml --predictions - | signalcli compare
    signalcli tune features.csv --space ar.p=0..6 --best best.toml
    signalcli fit features.csv --params best.toml --save models/ar
    """
    from signalcli.research.tuning.lines import search_lines
    from signalcli.research.tuning.tune import tune as search

    check_search(config, files)
    tuning = plan_search(config, fit, folds, rule, whole=files.best is not None)
    start_processes(parallel, tuning.fit)
    table = _read_features(file, tuning, leaks)
    with (
        fit_cache(caching, tuning.fit) as cache,
        connected(parallel, tuning.fit) as cluster,
        search_progress() as observer,
    ):
        tuned = search(table, tuning, observer, parallel.jobs, cache=cache, cluster=cluster)
    warn(search_lines(tuned))
    warn_of_unread(table, tuning.fit, tuning.folds)
    _write(table, tuned, tuning, ledger, files, output)


def _read_features(file: str | None, tuning: Tuning, leaks: LeakConfig) -> pd.DataFrame:
    """FEATURES with the chosen features, refused where one knows the future."""
    from signalcli.features.leaks.refuse import refuse_leaks
    from signalcli.schemas import FEATURES, feature_columns
    from signalcli.training.plan import seal_holdout
    from signalcli.training.select import select_features

    table, lines = select_features(read(file, FEATURES), tuning.fit)
    warn(lines)
    refuse_leaks(seal_holdout(table, tuning.folds), feature_columns(table), leaks)
    warn_of_left_out(table, tuning.folds)
    return table


def _write(
    features: pd.DataFrame,
    tuned: Tuned,
    tuning: Tuning,
    ledger: LedgerConfig,
    files: TuneOutputConfig,
    output: OutputConfig,
) -> None:
    """Record the search, then write its files and its table; a file on standard output replaces the table."""
    from signalcli.research.tuning.table import history_table, tuning_table
    from signalcli.research.tuning.verdict import judge
    from signalcli.training.plan import seal_holdout

    trials = trials_by_label(ledger, features, tuned, tuning)
    verdicts = [judge(search) for search in (*tuned.searches, *tuned.whole)]
    history = history_table(tuned, verdicts)
    if files.predictions is not None:
        emit(tuned.predictions, further_output(files.predictions, output))
    if files.history is not None:
        emit(history, further_output(files.history, output))
    if files.best is not None:
        known = seal_holdout(features, tuning.folds)["label_end"].max()
        write_best(files.best, tuned, known.to_pydatetime())
    if STDIO not in {files.predictions, files.history, files.best} or output.output != STDIO:
        table = tuning_table(tuned, verdicts, trials, tuning.rule)

        def text(color: bool) -> str:
            from signalcli.report.text.tuning import tuning_text

            return tuning_text(table, history, color=color)

        emit(table, output, text)
