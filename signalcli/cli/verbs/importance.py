"""``signalcli importance``: FEATURES → how much models use each feature."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import FeaturesFile, read
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.progress import progress
from signalcli.cli.steps.fits.left_out import warn, warn_of_left_out, warn_of_unread
from signalcli.cli.steps.plot import PlotFile, check_plot
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.output import OutputConfig
from signalcli.config.parallel import ParallelConfig


@verb
def importance(
    file: FeaturesFile = None,
    config: ImportanceConfig = ImportanceConfig(),
    fit: Annotated[
        FitConfig,
        Only(
            "models", "settings", "pooled", "random_state", "calibrate", "require_all", "features", "exclude"
        ),
    ] = FitConfig(models=("tree",)),
    parallel: Annotated[ParallelConfig, Only("jobs")] = ParallelConfig(),
    folds: FoldConfig = FoldConfig(),
    leaks: LeakConfig = LeakConfig(),
    plot: PlotFile = None,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Measure how much models use each feature, out of sample, beside a noise floor.

    Shuffled copies of the features are fitted along; what does not rise above them is called noise.

    \b
    signalcli importance features.csv --model tree,logistic --plot importance.svg
    signalcli importance features.csv --model lstm --method gradient --level channel,lag
    signalcli importance features.csv --model tree --drop 'volume*' --drop 'rsi*' --by fold
    """
    from signalcli.features.leaks.refuse import refuse_leaks
    from signalcli.research.importance.importance import importance as measure
    from signalcli.schemas import FEATURES, feature_columns
    from signalcli.training.plan import seal_holdout
    from signalcli.training.select import select_features

    refuse_conflicts(fit, folds)
    check_plot(plot)
    table, lines = select_features(read(file, FEATURES), fit)
    warn(lines)
    refuse_leaks(seal_holdout(table, folds), feature_columns(table), leaks)
    warn_of_left_out(table, folds)
    with progress() as report:
        found = measure(table, fit, folds, config, report, parallel.jobs)
    warn(found.lines)
    warn_of_unread(table, fit, folds)
    if plot is not None:
        from signalcli.report.figures.importance import draw_importance

        draw_importance(found.table, plot)

    def text(color: bool) -> str:
        from signalcli.report.text.importance import importance_text

        return importance_text(found.table, color=color)

    emit(found.table, output, text)
