"""``score --watch``: tonight's state, remembered, and each change told once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.watch import WatchConfig
from signalcli.errors import SignalcliError, UsageError, shortened
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from signalcli.serving.bundle.load import Bundle
    from signalcli.serving.watch.state import Watch


def check_watch(config: WatchConfig, signals: str, model: str | None) -> None:
    """Raise UsageError, before the work, for a watch that has no model, no memory, or nobody to tell."""
    if config.watch and model is None:
        raise UsageError(
            "OPTION-VALUE",
            "--watch: must be used with --model, the folder of the model that gave the signals",
        )
    if config.watch and signals == STDIO:
        raise UsageError(
            "OPTION-VALUE", "--watch: must be used with a file of SIGNALS, beside which it remembers"
        )
    if config.notify is not None:
        from signalcli.serving.watch.notify import check_notify

        check_notify(config.notify)


def watch_signals(
    config: WatchConfig, signals: str, bundles: list[Bundle], returns: pd.DataFrame
) -> tuple[pd.DataFrame, SignalcliError | None]:
    """Return the table of the watch, and the error of a message that could not be sent.

    The state is written before a message is sent, and again when it was: a message that was sent is never
    sent again, and one that was not is sent by the next run.
    """
    from signalcli.io.locks import hold_lock
    from signalcli.serving.watch.state import read_state, state_file, write_state
    from signalcli.serving.watch.watch import watch

    file = state_file(signals)
    with hold_lock(file):
        table, watches = watch(bundles, returns, read_state(file))
        write_state(file, watches)
        _warn_of_unpromised(bundles, table)
        return table, None if config.notify is None else _send(config.notify, file, watches)


def _send(target: str, file: Path, watches: dict[str, Watch]) -> SignalcliError | None:
    """Send the messages one by one; the first that fails ends it."""
    from signalcli.serving.watch.notify import notify
    from signalcli.serving.watch.state import write_state

    for key in sorted(watches):
        while watches[key].pending:
            try:
                notify(target, watches[key].pending[0])
            except SignalcliError as error:
                return error
            watches[key] = replace(watches[key], pending=watches[key].pending[1:])
            write_state(file, watches)
    return None


def _warn_of_unpromised(bundles: list[Bundle], table: pd.DataFrame) -> None:
    """Print which models are not watched, because they promise nothing or gave no signal."""
    names = [b.manifest.symbol or b.manifest.model for b in bundles]
    judged = set(table["symbol"]) | set(table.loc[table["symbol"].notna(), "model"])
    if unknown := [name for name in names if name not in judged]:
        console.warn(f"no signals or no walk-forward scores of {shortened(unknown)}: not watched")
