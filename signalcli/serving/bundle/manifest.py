"""What a bundle says of itself: manifest.json, read and written without a byte of freedom.

The text is canonical: what is read must be the very bytes that writing it again would give, and its last
field is the hash of the rest. So no byte of it can change unseen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from signalcli.config.features import FeatureConfig
from signalcli.errors import SignalcliError, printable
from signalcli.io.folders import DamagedError
from signalcli.io.json_checks import record
from signalcli.serving.bundle.manifest_schema import FORMAT, GRAPH, LIMITS, MANIFEST, SCHEMA
from signalcli.serving.onnx import converters as families
from signalcli.serving.onnx.graph import Layout, file_size


@dataclass(frozen=True)
class Manifest:
    """Everything a bundle says of itself.

    Parameters
    ----------
    format : int
        Version of this layout of files and graphs.
    signalcli : str
        Version that wrote it.
    model, parameters, seed
        Name in the registry and every argument of the estimator.
    symbol : str or None
        The only symbol it is for; None is any (pooled).
    columns, own_columns : list of str
        What the model reads, in order, and those among them that bars do not give.
    features, min_history, settled_history
        How the columns are made from bars (`signalcli.serving.bundle.feature_recipe`).
    label : str or None
        What was asked; None where the target is not one that ``features`` makes of the bars.
    interval : str
        Length of a bar.
    adjustment : str or None
        How prices were adjusted, when known.
    classes : list of int
        Directions in the order of the graph's probabilities.
    calibration : str or None
        How the probabilities were rescaled; the graph has done it.
    coverage : dict or None
        Share of rows wanted to be right, and the band of `signalcli.models.prediction_sets` that it takes.
    thresholds : dict
        When ``predict`` takes a position, unless it is told otherwise.
    graph : dict
        Family and sizes that decide the graph (`signalcli.serving.onnx.graph`).
    tolerance : float
        How far the graph may be from the estimator.
    trained : dict
        First and last date, date at which the last label was known, rows, symbols.
    scores : dict
        How the walk-forward judged it, out of sample, by metric; empty where it was not walked.
    data_sha256 : str
        Hash of dates, columns and labels that it was fitted on.
    versions : dict
        Libraries that were at work.
    files : dict
        Size and hash of each other file.
    """

    format: int
    signalcli: str
    model: str
    symbol: str | None
    parameters: dict[str, Any]
    columns: list[str]
    own_columns: list[str]
    features: dict[str, Any]
    label: str | None
    min_history: int
    settled_history: int
    interval: str
    adjustment: str | None
    classes: list[int]
    calibration: str | None
    coverage: dict[str, float] | None
    thresholds: dict[str, Any]
    graph: dict[str, Any]
    tolerance: float
    trained: dict[str, Any]
    scores: dict[str, float | None]
    data_sha256: str
    seed: int
    versions: dict[str, str]
    files: dict[str, dict[str, Any]]

    @property
    def config(self) -> FeatureConfig:
        """The features as their own dataclass."""
        return FeatureConfig(**self.features)

    @property
    def known(self) -> dt.datetime:
        """Date at which the last label that it learnt from was known, naive UTC."""
        return self.trained_date("known")

    def trained_date(self, which: str) -> dt.datetime:
        """The ``first``, ``last`` or ``known`` date of the training part, naive UTC."""
        return dt.datetime.fromisoformat(self.trained[which]).replace(tzinfo=None)

    def layout(self) -> Layout:
        """The graph without its numbers. Raises DamagedError for sizes that do not fit each other."""
        try:
            layout = families.layout(self.graph, len(self.columns), len(self.classes))
            size = file_size(layout)
        except (TypeError, ValueError, ZeroDivisionError, IndexError, MemoryError) as error:
            raise DamagedError(f"{MANIFEST}: graph has sizes that do not fit") from error
        if size > LIMITS[GRAPH]:
            raise DamagedError(f"{MANIFEST}: graph would have {size:,} bytes")
        return layout


def to_bytes(manifest: Manifest) -> bytes:
    """Canonical JSON with its own hash at the end."""
    return _canonical(asdict(manifest))


def _canonical(content: dict[str, Any]) -> bytes:
    digest = hashlib.sha256(_dumped(content).encode()).hexdigest()
    return (_dumped({**content, "sha256": digest}) + "\n").encode()


def _dumped(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)


def from_bytes(content: bytes) -> Manifest:
    """Manifest of a file. Raises DamagedError unless everything is as it must be."""
    found = _parsed(content)
    _refuse_version(found)
    found.pop("sha256", None)
    wrong = record(SCHEMA)(found)
    if wrong:
        raise DamagedError(f"{MANIFEST}: {printable(wrong)}")
    if _canonical(found) != content:
        raise DamagedError(f"{MANIFEST} was changed: it is not what its own hash says")
    manifest = Manifest(**found)
    _refuse_contradictions(manifest)
    return manifest


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode(), object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{MANIFEST} is not JSON: {printable(error)[:80]}") from error
    if type(found) is not dict:
        raise DamagedError(f"{MANIFEST} is not an object")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _refuse_version(found: dict[str, Any]) -> None:
    version = found.get("format")
    if type(version) is int and version > FORMAT:
        raise DamagedError(
            f"written by a newer signalcli (format {version}; this one reads {FORMAT}); update signalcli"
        )
    if type(version) is int and 1 <= version < FORMAT:
        raise DamagedError(f"written by an older signalcli (format {version}; this one reads {FORMAT})")


def _refuse_contradictions(manifest: Manifest) -> None:
    """Fields that are right one by one and cannot be so together."""
    try:
        dates = [manifest.trained_date(which) for which in ("first", "last", "known")]
    except ValueError as error:
        raise DamagedError(f"{MANIFEST}: a date is none") from error
    ordered = manifest.classes == sorted(manifest.classes) and dates == sorted(dates)
    known = set(manifest.own_columns) <= set(manifest.columns)
    named = [f.name for f in fields(Manifest)] == list(SCHEMA)
    if not (ordered and known and named and manifest.min_history <= manifest.settled_history):
        raise DamagedError(f"{MANIFEST} contradicts itself")
    try:
        FeatureConfig(**manifest.features)
    except SignalcliError as error:
        raise DamagedError(f"{MANIFEST}: features: {error.message}") from error
