"""What ``tune`` checks, records and writes beside its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.options.tuned import to_toml
from signalcli.cli.outputs import write_text
from signalcli.cli.steps.ledger import new_run, record, trials_by_symbol
from signalcli.config.checks import require
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.tuning import TuneConfig, TuneOutputConfig
from signalcli.errors import UsageError, count, first_of, printable
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


def refuse_searched(space: Space, settings: Mapping[str, Mapping[str, object]]) -> None:
    """Raise UsageError for a parameter that is both set and searched."""
    for model, dimensions in space.items():
        for name in {d.name for d in dimensions} & set(settings.get(model, {})):
            raise UsageError("SPACE-VALUE", f"--set {printable(model)}.{name}: is searched by --space too")


def warn_of_search(tuned: Tuned) -> None:
    """Print what the search left out: symbols, trials that could not be fitted, and trials without time."""
    if tuned.left_out:
        console.warn(f"{count(len(tuned.left_out), 'symbol')} left out: {first_of(tuned.left_out)}")
    searches = [*tuned.searches, *tuned.whole]
    failed = [t for search in searches for t in search.trials if t.state == "failed"]
    if failed:
        reason = Counter(trial.reason for trial in failed).most_common(1)[0][0]
        every = sum(len(search.trials) for search in searches)
        console.warn(f"{len(failed):,} of {every:,} trials could not be fitted: {printable(reason)}")
    if not tuned.in_time:
        most = max(len(search.trials) for search in searches)
        console.warn(f"--time-limit ended the search after {count(most, 'trial')} of each fold")


def trials_by_label(
    ledger: LedgerConfig, features: pd.DataFrame, tuned: Tuned, tuning: Tuning
) -> dict[str, Trials]:
    """Record the search; return the trials that deflate the Sharpe ratio of each symbol.

    They are those of its market in the ledger; without a ledger, those of this search. Symbols that share a
    model are deflated by the trials of the one with the highest benchmark.
    """
    from signalcli.research.tuning.entries import ledger_record, trials_of_record
    from signalcli.training.plan import EVERY_SYMBOL

    made = ledger_record(features, tuned, tuning, *new_run())
    record(ledger.ledger, made)
    counted = LedgerConfig(ledger.ledger, deflate=ledger.ledger != "off")
    trials = trials_of_record(made) | trials_by_symbol(counted, tuned.predictions)
    rows = len(tuned.predictions["date"].unique())
    return trials | {EVERY_SYMBOL: max(trials.values(), key=lambda t: t.benchmark(max(rows, 2)))}


def write_best(file: str, tuned: Tuned) -> None:
    """Write the parameters of the search of all labeled rows."""
    best = {search.model: search.chosen.parameters for search in tuned.whole}
    remarks = [
        f"{search.model}: {search.config.objective} {search.chosen.score:.6g} on "
        f"{sum(map(len, search.rows)):,} inner test rows, chosen of {count(len(search.trials), 'trial')}"
        for search in tuned.whole
    ]
    write_text(to_toml(best, [printable(remark) for remark in remarks]), OutputConfig(file))
