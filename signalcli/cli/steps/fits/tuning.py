"""What ``tune`` checks, records and writes beside its table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from signalcli.cli.options.space import read_space
from signalcli.cli.options.tuned import to_toml
from signalcli.cli.outputs import write_text
from signalcli.cli.steps.ledger import new_run, record, trials_by_symbol
from signalcli.config.checks import require
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.folds import FoldConfig
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig, TunedFitConfig, TuneOutputConfig
from signalcli.errors import UsageError, count, printable
from signalcli.io.files import STDIO
from signalcli.io.libraries import require_library

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.evaluation.metrics.sharpe import Trials
    from signalcli.research.tuning.space import Space
    from signalcli.research.tuning.tune import Tuned, Tuning


def check_search(config: TuneConfig, files: TuneOutputConfig) -> None:
    """Raise UsageError, before the work, for what cannot be searched or written."""
    printed = [f"--{n}" for n in ("predictions", "best", "history") if getattr(files, n) == STDIO]
    require(len(printed) < 2, " and ".join(printed), "", "a file, all but one of them")
    if config.sampler == "tpe":
        require_library("optuna", "--sampler tpe", "--sampler random needs nothing")


def plan_search(
    config: TuneConfig, fit: TunedFitConfig, folds: FoldConfig, rule: TradingRule, *, whole: bool
) -> Tuning:
    """Return the search of the space in ``config``. Raises UsageError for settings that contradict."""
    from signalcli.research.tuning.tune import Tuning

    refuse_conflicts(config, folds)
    refuse_conflicts(rule, PortfolioConfig())
    space = read_space(config.spaces, fit.models)
    fitted = fit.of(tuple(space))
    refuse_searched(space, fitted.settings)
    refuse_conflicts(fitted, folds)
    return Tuning(config, space, fitted, folds, rule, whole=whole)


def refuse_searched(space: Space, settings: Mapping[str, Mapping[str, object]]) -> None:
    """Raise UsageError for a parameter that is both set and searched."""
    for model, dimensions in space.items():
        for name in {d.name for d in dimensions} & set(settings.get(model, {})):
            raise UsageError("SPACE-VALUE", f"--set {printable(model)}.{name}: is searched by --space too")


def trials_by_label(
    ledger: LedgerConfig, features: pd.DataFrame, tuned: Tuned, tuning: Tuning
) -> dict[str, Trials]:
    """Record the search; return the trials that deflate the Sharpe ratio of each symbol.

    They are those of its market in the ledger; without a ledger, those of this search. Symbols that share a
    model are deflated by the trials of the one with the highest benchmark.
    """
    from signalcli.research.tuning.entries import ledger_record, trials_of_record, with_every_symbol

    made = ledger_record(features, tuned, tuning, *new_run())
    record(ledger.ledger, made)
    counted = LedgerConfig(ledger.ledger, deflate=ledger.ledger != "off")
    trials = trials_of_record(made) | trials_by_symbol(counted, tuned.predictions)
    return with_every_symbol(trials, tuned.predictions)


def write_best(file: str, tuned: Tuned, until: dt.datetime) -> None:
    """Write the parameters of the search of all labeled rows, the last of which was known at ``until``."""
    best = {search.model: search.chosen.parameters for search in tuned.whole}
    remarks = [
        f"{search.model}: {search.config.objective} {search.chosen.score:.6g} on "
        f"{sum(map(len, search.rows)):,} inner test rows, chosen of {count(len(search.trials), 'trial')}"
        for search in tuned.whole
    ]
    write_text(to_toml(best, [printable(remark) for remark in remarks], until), OutputConfig(file))
