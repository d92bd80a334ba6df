"""``run`` with a saved model: fitted anew when it is old, asked for the newest bars, its signals kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.options.assemble import given_of
from signalcli.cli.parsing import duration
from signalcli.cli.steps.save import refuse_save, save_fits
from signalcli.config.checks import require
from signalcli.config.run import RunConfig

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.pipeline import Outcome
    from signalcli.serving.bundle.load import Bundle


def refuse_keeping(context: typer.Context, config: RunConfig) -> None:
    """Refuse settings of ``[predict]`` that cannot be meant, before anything is fetched."""
    save, append, after = (context.params[name] for name in ("save", "append", "refit_after"))
    require(save is not None or append is None, "--append", append, "together with --save")
    require(save is not None or after is None, "--refit-after", after, "together with --save")
    if after is not None:
        duration("--refit-after", after)
    refuse_save(save, config.fit)


def kept_models(context: typer.Context, bars: pd.DataFrame, config: RunConfig) -> list[Bundle]:
    """The saved models, where they are young enough; otherwise nothing."""
    save, after = context.params["save"], context.params["refit_after"]
    if save is None or after is None:
        return []
    from signalcli.serving.freshness import kept

    found = kept(Path(save), bars, config, duration("--refit-after", after))
    NOTES.note(f"{save}: {'kept as it is' if found else 'is to be fitted'}")
    return found


def save_models(context: typer.Context, outcome: Outcome, config: RunConfig) -> None:
    """Fit on all resolved rows, and write, where that is wanted."""
    save = context.params["save"]
    if save is not None:
        from signalcli.serving.bundle.describe import Origin

        origin = Origin(
            config.fit.random_state, config.features, adjustment_of(context), config.rule, outcome.predictions
        )
        save_fits(save, outcome.features, config.fit, config.folds, origin)


def append_signals(context: typer.Context, bars: pd.DataFrame, config: RunConfig) -> None:
    """Put what the saved model says of the newest bars into the file, where there is one."""
    append = context.params["append"]
    if append is not None:
        from signalcli.serving.bundle.load import load_all
        from signalcli.serving.predict import predict
        from signalcli.serving.signals import append as put

        bundles = load_all(Path(context.params["save"]))
        said = predict(
            bundles,
            bars,
            adjustment=adjustment_of(context),
            plugins=config.features.plugins,
            calendar=context.params["calendar"],
        )
        NOTES.note(f"{append}: {len(said)} rows, {'written' if put(said, append) else 'nothing new'}")


def adjustment_of(context: typer.Context) -> str | None:
    """How prices are adjusted, where that is known: Yahoo and stores say it, a CSV file does not."""
    p = context.params
    known = p["store"] is not None or p["source"] == "yahoo" or given_of(context, "adjust")
    return str(p["adjust"]) if known else None
