"""Load bundles from their folders; all files are verified before ONNX Runtime is imported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signalcli.errors import ConfigError, NoInputError, printable
from signalcli.io.folders import DamagedError, read_folder
from signalcli.serving.bundle import selfcheck, training_distribution
from signalcli.serving.bundle.manifest import Manifest, from_bytes
from signalcli.serving.bundle.manifest_schema import (
    DISTRIBUTION,
    ESTIMATORS,
    GRAPH,
    KEPT,
    LIMITS,
    MANIFEST,
    SELFCHECK,
)
from signalcli.serving.bundle.selfcheck import SelfCheck
from signalcli.serving.bundle.training_distribution import Distribution
from signalcli.serving.onnx.model_file import read_arrays
from signalcli.serving.onnx.own import FILES
from signalcli.serving.onnx.session import Session
from signalcli.serving.own.predictors import InnerAndOuter, Predictor, read_predictor
from signalcli.serving.own.trust import refuse_untrusted


@dataclass(frozen=True)
class Bundle:
    """A saved model, ready to predict.

    Parameters
    ----------
    folder : Path
        Where it was loaded from.
    manifest : Manifest
        Description of the model.
    check : SelfCheck
        Rows and the probabilities expected for them.
    training : Distribution
        Distribution of the training data.
    predictor : Predictor
        The ONNX graph; that of a model of one's own stands behind its estimator.
    trust : tuple of str
        Code that the user named (``--trust``).
    """

    folder: Path
    manifest: Manifest
    check: SelfCheck
    training: Distribution
    predictor: Predictor
    trust: tuple[str, ...] = ()

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each of the manifest's classes, (n_rows, n_classes)."""
        try:
            return self.predictor.probabilities(X)
        except DamagedError as error:
            raise _config_error(self.folder, error) from error

    def selfcheck_error(self) -> float:
        """Largest difference from the probabilities that were computed when the bundle was written."""
        return float(np.abs(self.probabilities(self.check.rows) - self.check.probabilities).max())


def load(folder: Path, trust: tuple[str, ...] = ()) -> Bundle:
    """Read and verify the bundle in a folder.

    Raises ConfigError if anything is not as `save` wrote it, and for code of a model of one's own that
    ``trust`` does not name; NoInputError if there is no folder.
    """
    try:
        files = read_folder(folder, LIMITS | ESTIMATORS, KEPT, optional=ESTIMATORS)
        manifest, check, training, graph = verify_files(files)
        predictor = _read_predictor(folder, manifest, Session(graph), files, trust)
        bundle = Bundle(folder, manifest, check, training, predictor, trust)
    except DamagedError as error:
        raise _config_error(folder, error) from error
    if not bundle.selfcheck_error() <= manifest.tolerance:
        raise _config_error(folder, DamagedError("its self-check gives other probabilities on this machine"))
    return bundle


def _read_predictor(
    folder: Path, manifest: Manifest, graph: Session, files: dict[str, bytes], trust: tuple[str, ...]
) -> Predictor:
    own = manifest.own
    if own is None:
        return graph
    refuse_untrusted(folder, own["types"], trust)
    content = files[FILES[own["kind"]]]
    inner = read_predictor(own["kind"], own["types"], content, manifest.model, manifest.classes)
    return InnerAndOuter(inner, graph)


def _config_error(folder: Path, error: DamagedError) -> ConfigError:
    return ConfigError(
        "BUNDLE",
        f"{printable(folder)}: not a sound model: {error}; write it again with signalcli fit --save",
    )


def verify_files(files: dict[str, bytes]) -> tuple[Manifest, SelfCheck, Distribution, bytes]:
    """Parts of a bundle, from the contents of its files. Raises DamagedError."""
    manifest = from_bytes(files[MANIFEST])
    for name in {*LIMITS, *manifest.files, MANIFEST} - set(files):
        raise DamagedError(f"{name} is missing")
    for name in set(files) & set(ESTIMATORS) - set(manifest.files):
        raise DamagedError(f"{name} does not belong there")
    for name, entry in manifest.files.items():
        if len(files[name]) != entry["size"] or hashlib.sha256(files[name]).hexdigest() != entry["sha256"]:
            raise DamagedError(f"{name} was changed: its size or hash is not the one in {MANIFEST}")
    check = selfcheck.from_bytes(files[SELFCHECK], manifest.columns, manifest.classes)
    training = training_distribution.from_bytes(files[DISTRIBUTION], manifest.columns)
    try:
        read_arrays(manifest.layout(), files[GRAPH])
    except ValueError as error:
        raise DamagedError(f"{GRAPH} is not the graph of this model: {error}") from error
    return manifest, check, training, files[GRAPH]


def load_all(folder: Path, trust: tuple[str, ...] = ()) -> list[Bundle]:
    """The bundle in a folder, or those in its subfolders, one a symbol; errors of `load`."""
    if folder.is_symlink() or (folder / MANIFEST).exists() or not folder.is_dir():
        return [load(folder, trust)]
    inner = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    if not inner:
        raise NoInputError(
            "INPUT-OPEN", f"{printable(folder)}: empty; signalcli fit --save writes a model there"
        )
    if not all((p / MANIFEST).exists() for p in inner):
        return [load(folder, trust)]  # raises an error that names the foreign file
    return [load(p, trust) for p in inner]
