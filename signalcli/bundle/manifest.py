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

from signalcli.bundle.families import FAMILIES
from signalcli.bundle.folder import DamagedError
from signalcli.bundle.layout import Layout, file_size
from signalcli.bundle.schema import (
    Check,
    listing,
    mapping,
    number,
    one_of,
    optional,
    record,
    scalar_or_list,
    text,
    whole,
)
from signalcli.errors import printable
from signalcli.models.registry import MODELS
from signalcli.specs.features import SETS, FeatureSpec

FORMAT = 1
MANIFEST, GRAPH, SELFCHECK = "manifest.json", "model.onnx", "selfcheck.csv"
LIMITS = {MANIFEST: 4 << 20, GRAPH: 256 << 20, SELFCHECK: 64 << 20}
ROWS = 32  # of the self-check

_HASH = text("[0-9a-f]{64}")
_NAME = text(r"[^\x00-\x1f\x7f]+")
_DATE = text(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{6})?Z)?")
_FILE = record({"size": whole(1, LIMITS[GRAPH]), "sha256": _HASH})
_SPEC = record(
    {
        "window": whole(2, 4_096),
        "horizon": whole(1, 10_000),
        "dead_zone": number(0, 1),
        "sets": listing(one_of(*SETS), 1, len(SETS), unique=True),
    }
)
_TRAINED = record(
    {"first": _DATE, "last": _DATE, "known": _DATE, "rows": whole(1, 10**9), "symbols": whole(1, 10**6)}
)

SCHEMA: dict[str, Check] = {
    "format": one_of(FORMAT),
    "signalcli": text(r"[0-9A-Za-z.+-]+"),
    "model": one_of(*MODELS),
    "symbol": optional(_NAME),
    "parameters": mapping(scalar_or_list, 100),
    "columns": listing(_NAME, 1, 20_000, unique=True),
    "own_columns": listing(_NAME, 0, 20_000, unique=True),
    "features": _SPEC,
    "min_history": whole(2, 10**6),
    "settled_history": whole(2, 10**6),
    "interval": text(r"[1-9]\d{0,5}(s|m|h|d|wk|mo)"),
    "adjustment": optional(one_of("total", "split", "raw")),
    "classes": listing(one_of(-1, 0, 1), 2, 3, unique=True),
    "graph": mapping(scalar_or_list, 20),
    "trained": _TRAINED,
    "data_sha256": _HASH,
    "seed": whole(0, 2**63),
    "versions": mapping(text(r"[0-9A-Za-z.+-]+"), 20),
    "files": record({GRAPH: _FILE, SELFCHECK: _FILE}),
}


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
        How the columns are made from bars (`signalcli.bundle.recipe`).
    interval : str
        Length of a bar.
    adjustment : str or None
        How prices were adjusted, when known.
    classes : list of int
        Directions in the order of the graph's probabilities.
    graph : dict
        Family and sizes that decide the graph (`signalcli.bundle.layout`).
    trained : dict
        First and last date, date at which the last label was known, rows, symbols.
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
    min_history: int
    settled_history: int
    interval: str
    adjustment: str | None
    classes: list[int]
    graph: dict[str, Any]
    trained: dict[str, Any]
    data_sha256: str
    seed: int
    versions: dict[str, str]
    files: dict[str, dict[str, Any]]

    @property
    def spec(self) -> FeatureSpec:
        """The features as their own dataclass."""
        return FeatureSpec(**{**self.features, "sets": tuple(self.features["sets"])})

    @property
    def known(self) -> dt.datetime:
        """Date at which the last label that it learnt from was known, naive UTC."""
        return self.trained_date("known")

    def trained_date(self, which: str) -> dt.datetime:
        """The ``first``, ``last`` or ``known`` date of the training part, naive UTC."""
        return dt.datetime.fromisoformat(self.trained[which]).replace(tzinfo=None)

    @property
    def tolerance(self) -> float:
        """How far probabilities may be from the estimator's."""
        return FAMILIES[self.graph["family"]].tolerance

    def layout(self) -> Layout:
        """The graph without its numbers. Raises DamagedError for sizes that cannot be."""
        family = FAMILIES.get(str(self.graph.get("family")))
        sizes = {k: v for k, v in self.graph.items() if k != "family"}
        if family is None or list(self.graph) != ["family", *family.limits]:
            raise DamagedError(f"{MANIFEST}: graph is of no known family")
        for name, most in family.limits.items():
            values = sizes[name] if type(sizes[name]) is list else [sizes[name]]
            if not 1 <= len(values) <= 64 or any(type(v) is not int or not 1 <= v <= most for v in values):
                raise DamagedError(f"{MANIFEST}: graph {name} must be from 1 to {most}")
        return _fitting(family.layout, sizes, len(self.columns), len(self.classes))


def _fitting(make: Any, sizes: dict[str, Any], features: int, classes: int) -> Layout:
    try:
        layout: Layout = make(sizes, features, classes)
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
    if manifest.features["dead_zone"] >= 1:
        raise DamagedError(f"{MANIFEST}: dead_zone must be below 1")
