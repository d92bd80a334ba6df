"""What a run would do, step by step, as comments above its settings."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from signalcli.cli.options.assemble import run_spec
from signalcli.config.run import RunConfig


def plan_of(context: typer.Context) -> str:
    """A numbered line for each step. Raises UsageError for settings that cannot be meant."""
    steps = list(_steps(context, run_spec(context)))
    return "".join(f"# {number}. {step}\n" for number, step in enumerate(steps, start=1))


def _steps(context: typer.Context, config: RunConfig) -> Iterator[str]:
    p = context.params
    symbols, fetch, fit = ", ".join(p["symbols"] or []) or "every symbol", config.fetch, config.fit
    if p["update"]:
        yield f"bring {symbols} in the store {fetch.store} up to date from {fetch.source}"
    yield f"read {fetch.interval} bars of {symbols} from {fetch.store or fetch.source}"
    if p["refit_after"] is not None:
        yield (
            f"look at the model in {p['save']}: when its settings are these, and its labels end at most "
            f"{p['refit_after']} before the newest bar, leave out the steps that fit"
        )
    yield f"make features: {', '.join(config.features.sets)}; window {config.features.window}"
    walked = (
        f"{config.folds.folds} {config.folds.cv} folds"
        if p["refit_every"] is None
        else f"a refit every {p['refit_every']}"
    )
    yield f"fit {', '.join(fit.every_model)} over {walked}, trade what they say, print metrics"
    if p["save"] is not None:
        yield f"fit {fit.models[0]} on all rows whose label is known and write it to {p['save']}"
    if p["append"] is not None:
        yield f"ask it for the newest bar of each symbol and put the answer into {p['append']}"
