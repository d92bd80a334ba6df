"""Every check, in the order in which a fault would stop a night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from signalcli.errors import printable
from signalcli.serving.doctor.finding import Finding
from signalcli.serving.doctor.folders import check_folders
from signalcli.serving.doctor.libraries import check_extras, check_imports, check_versions
from signalcli.serving.doctor.machine import check_machine
from signalcli.serving.doctor.network import check_yahoo


@dataclass(frozen=True)
class Targets:
    """What to look at, beside the installation and the machine.

    Parameters
    ----------
    ledger : str
        File of the ledger, ``default`` or ``off``.
    store : str or None
        Folder of a store, which must exist; None for that of the user, if there is one.
    models : tuple of Path
        Folders of saved models.
    signals : Path or None
        File of SIGNALS.
    outputs : dict of str to Path
        Folders into which results are written, by what is written.
    network, imports : bool
        Whether to ask Yahoo; whether to load every library.
    """

    ledger: str = "default"
    store: str | None = None
    models: tuple[Path, ...] = ()
    signals: Path | None = None
    outputs: dict[str, Path] = field(default_factory=dict)
    network: bool = False
    imports: bool = False


def diagnose(targets: Targets, now: dt.datetime) -> Iterator[Finding]:
    """Yield what every check has found at ``now`` (UTC). Nothing is written."""
    yield from check_versions()
    yield from check_extras()
    if targets.imports:
        yield from check_imports()
    yield from check_machine(now)
    yield from check_folders(targets.outputs)
    yield from _check_files(targets, now)
    if targets.network:
        yield from check_yahoo(now)


def _check_files(targets: Targets, now: dt.datetime) -> Iterator[Finding]:
    """The libraries that read files are loaded here, so that one that is damaged is a finding, too."""
    try:
        from signalcli.serving.doctor.files import check_files
    except ImportError as error:
        found = f"cannot be loaded: {printable(str(error)[:200])}; ledger, store and models are not checked"
        name = printable(error.name or "a library")
        yield Finding("library", name, found, "fault", "install signalcli again")
        return
    yield from check_files(targets.ledger, targets.store, targets.models, targets.signals, now)
