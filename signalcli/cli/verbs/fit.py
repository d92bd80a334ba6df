"""``signalcli fit``: FEATURES → PREDICTIONS."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.feature_file import read_trusted
from signalcli.cli.inputs import FeaturesFile, read
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.progress import progress
from signalcli.cli.steps.fits.cache import fit_cache
from signalcli.cli.steps.fits.cluster import connected
from signalcli.cli.steps.fits.left_out import warn, warn_of_left_out, warn_of_skipped
from signalcli.cli.steps.fits.processes import start_processes
from signalcli.cli.steps.fits.searched import warn_of_search
from signalcli.cli.steps.ledger import record_fits
from signalcli.cli.steps.save import check_can_save, check_promoted, roll_back, save_refit
from signalcli.cli.steps.universe import within
from signalcli.config.cache import CacheConfig
from signalcli.config.checks import require
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import Adjust
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import ParamsConfig
from signalcli.config.universe import UniverseConfig
from signalcli.tracking.recipe import Recipe

MadeWith = Annotated[
    str | None,
    Option(
        "Feature config that FEATURES were made with (features --save-spec), for --save.",
        metavar="FILE",
        advanced=True,
        heading="Saving",
        complete="files",
    ),
]
Adjusted = Annotated[
    Adjust | None, Option("Price adjustment of the bars, for --save.", advanced=True, heading="Saving")
]


@verb
def fit(
    file: FeaturesFile = None,
    config: FitConfig = FitConfig(),
    params: ParamsConfig = ParamsConfig(),
    parallel: ParallelConfig = ParallelConfig(),
    caching: CacheConfig = CacheConfig(),
    universe: UniverseConfig = UniverseConfig(),
    folds: FoldConfig = FoldConfig(),
    leaks: LeakConfig = LeakConfig(),
    saving: Annotated[
        SaveConfig, Only("save", "promote", "require_promotion", "rollback", "trust")
    ] = SaveConfig(),
    spec: MadeWith = None,
    trusted: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    adjust: Adjusted = None,
    ledger: Annotated[LedgerConfig, Only("ledger")] = LedgerConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write out-of-sample probabilities of models and baselines.

    \b
    signalcli fit features.csv --model ar,tree,lstm --folds 5 --set lstm.units=64 > predictions.csv
    signalcli fit features.csv --model lstm --save models/ibm > predictions.csv
    """
    from signalcli.features.leaks.refuse import refuse_leaks
    from signalcli.schemas import FEATURES, feature_columns
    from signalcli.training.plan import seal_holdout
    from signalcli.training.select import select_features
    from signalcli.training.walk_forward import walk_forward

    refuse_conflicts(saving)
    if saving.rollback:
        roll_back(saving)
        return
    for flag, value in (("--spec", spec), ("--adjust", adjust)):
        require(value is None or saving.save is not None, flag, value or "", "used with --save")
    require(spec is not None or not trusted.plugins, "--plugin", "", "used with --spec")
    made_with = None if spec is None else read_trusted(spec, trusted.plugins)
    refuse_conflicts(config, folds, saving)
    check_can_save(saving.save, config)
    start_processes(parallel, config)
    table, lines = select_features(within(read(file, FEATURES), universe), config)
    warn(lines)
    refuse_leaks(seal_holdout(table, folds), feature_columns(table), leaks)
    warn_of_left_out(table, folds)
    with fit_cache(caching, config) as cache, connected(parallel, config) as cluster, progress() as report:
        predictions = walk_forward(table, config, folds, report, parallel.jobs, cache=cache, cluster=cluster)
    warn_of_skipped(table, predictions, config, folds)
    warn_of_search(predictions, params, saving)
    record_fits(ledger.ledger, table, predictions, Recipe(config, folds, universe=universe.universe))
    emit(predictions, output)
    if saving.save is not None:
        from signalcli.serving.bundle.describe import Origin

        origin = Origin(config.random_state, made_with, adjust, TradingRule(), predictions)
        mode = saving.mode(nightly=False)
        outcomes = save_refit(saving, table, config, folds, origin, mode, plugins=trusted.plugins)
        check_promoted(saving, outcomes)
