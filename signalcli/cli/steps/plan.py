"""What a run would do, step by step, as comments above its settings."""

from __future__ import annotations

from collections.abc import Iterator

from signalcli.config.run import RunConfig
from signalcli.config.saving import Promote, SaveConfig
from signalcli.errors import printable
from signalcli.io.files import source_names


def plan_text(
    symbols: list[str], config: RunConfig, saving: SaveConfig, mode: Promote, *, update: bool
) -> str:
    """Return a numbered line for each step."""
    steps = _steps(", ".join(symbols) or "every symbol", config, saving, mode, update=update)
    return "".join(f"# {number}. {printable(step)}\n" for number, step in enumerate(steps, start=1))


def _steps(
    symbols: str, config: RunConfig, saving: SaveConfig, mode: Promote, *, update: bool
) -> Iterator[str]:
    fetch, folds = config.fetch, config.folds
    sources = source_names(fetch.sources)
    if update:
        yield f"fetch what is missing of {symbols} from {sources} into the store {fetch.store}"
    yield f"read {fetch.interval} bars of {symbols} from {fetch.store or sources}"
    if saving.refit_after is not None:
        yield (
            f"check the model in {saving.save}: if its settings are these and its labels end at most "
            f"{saving.refit_after} before the newest bar, skip the steps that fit"
        )
    yield f"compute features: {', '.join(config.features.sets)}; window {config.features.window}"
    blocks = (
        f"{folds.folds} {folds.cv} folds"
        if folds.refit_every is None
        else f"a refit every {folds.refit_every}"
    )
    yield f"fit {', '.join(config.fit.every_model)} over {blocks}, backtest, print metrics"
    if saving.save is not None:
        last = f"fit {config.fit.models[0]} on all rows with a known label and save it in {saving.save}"
        yield last + ("" if mode == "always" else f", {_condition(mode)} than the model there")
    if saving.append is not None:
        yield f"predict the newest bar of each symbol and append the signals to {saving.append}"


def _condition(mode: Promote) -> str:
    return "if it is better" if mode == "if-better" else "if it is not worse"
