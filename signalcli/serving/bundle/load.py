"""A bundle from its folder: everything is checked before a model library is imported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signalcli.errors import ConfigError, NoInputError, printable
from signalcli.io.folders import DamagedError, read
from signalcli.serving.bundle import selfcheck
from signalcli.serving.bundle import training_distribution as reference
from signalcli.serving.bundle.manifest import Manifest, from_bytes
from signalcli.serving.bundle.manifest_schema import GRAPH, LIMITS, MANIFEST, REFERENCE, SELFCHECK
from signalcli.serving.bundle.selfcheck import SelfCheck
from signalcli.serving.bundle.training_distribution import Reference
from signalcli.serving.onnx.graph import take
from signalcli.serving.onnx.session import Session


@dataclass(frozen=True)
class Bundle:
    """A model that can be asked.

    Parameters
    ----------
    folder : Path
        Where it came from.
    manifest : Manifest
        What it says of itself.
    check : SelfCheck
        Rows and the probabilities they must give.
    training : Reference
        How its training part was spread.
    session : Session
        The graph, ready to run.
    """

    folder: Path
    manifest: Manifest
    check: SelfCheck
    training: Reference
    session: Session

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each of the manifest's classes, (n_rows, n_classes)."""
        try:
            return self.session.probabilities(X)
        except DamagedError as error:
            raise _refused(self.folder, error) from error

    def drift(self) -> float:
        """Largest difference from the probabilities that were computed when it was written."""
        return float(np.abs(self.probabilities(self.check.rows) - self.check.probabilities).max())


def load(folder: Path) -> Bundle:
    """Read, check and open a bundle.

    Raises ConfigError for whatever is not as `save` wrote it, and NoInputError where there is no folder.
    """
    try:
        manifest, check, training, graph = _verified(read(folder, LIMITS))
        bundle = Bundle(folder, manifest, check, training, Session(graph))
    except DamagedError as error:
        raise _refused(folder, error) from error
    if not bundle.drift() <= manifest.tolerance:
        raise _refused(folder, DamagedError("its self-check gives other probabilities here"))
    return bundle


def _refused(folder: Path, error: DamagedError) -> ConfigError:
    return ConfigError(
        "BUNDLE", f"{printable(folder)}: not a sound model: {error}; write it anew with signalcli fit --save"
    )


def _verified(files: dict[str, bytes]) -> tuple[Manifest, SelfCheck, Reference, bytes]:
    manifest = from_bytes(files[MANIFEST])
    for name, said in manifest.files.items():
        if len(files[name]) != said["size"] or hashlib.sha256(files[name]).hexdigest() != said["sha256"]:
            raise DamagedError(f"{name} was changed: it is not what {MANIFEST} says")
    check = selfcheck.from_bytes(files[SELFCHECK], manifest.columns, manifest.classes)
    training = reference.from_bytes(files[REFERENCE], manifest.columns)
    try:
        take(manifest.layout(), files[GRAPH])
    except ValueError as error:
        raise DamagedError(f"{GRAPH} is not the graph of this model: {error}") from error
    return manifest, check, training, files[GRAPH]


def load_all(folder: Path) -> list[Bundle]:
    """The bundle in a folder, or those of the symbols in its folders."""
    if folder.is_symlink() or (folder / MANIFEST).exists() or not folder.is_dir():
        return [load(folder)]
    inner = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    if not inner:
        raise NoInputError(
            "INPUT-OPEN", f"{printable(folder)}: empty; signalcli fit --save writes a model there"
        )
    if not all((p / MANIFEST).exists() for p in inner):
        return [load(folder)]  # which says what is wrong
    return [load(p) for p in inner]
