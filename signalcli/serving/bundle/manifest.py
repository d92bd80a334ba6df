"""The manifest of a bundle: manifest.json, read and written in one canonical form.

A file is accepted only if writing its content again gives the same bytes, and its last field is the hash of
the others. So no change of a byte goes unnoticed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import Calibration, FitConfig
from signalcli.config.trading import TradingRule
from signalcli.data.interval import interval_days
from signalcli.errors import SignalcliError, printable
from signalcli.io.folders import DamagedError
from signalcli.io.json_checks import record
from signalcli.models.registry import MODELS, parameters
from signalcli.serving.bundle.manifest_schema import ESTIMATORS, FORMAT, GRAPH, LIMITS, MANIFEST, SCHEMA
from signalcli.serving.onnx.converters import make_layout
from signalcli.serving.onnx.graph import Layout
from signalcli.serving.onnx.model_file import file_size
from signalcli.serving.onnx.own import FILES, own_params

LONGEST = 1_000_000  # days of a horizon: no date is later than the year 9999


@dataclass(frozen=True)
class Manifest:
    """Description of a saved model.

    Parameters
    ----------
    format : int
        Version of the format of the files and graphs.
    signalcli : str
        Version that wrote the bundle.
    model, parameters, seed
        Name in the registry, and all arguments of the estimator.
    symbol : str or None
        The only symbol it predicts; None is any (pooled).
    columns, own_columns : list of str
        The model's inputs in order, and those among them that cannot be computed from bars.
    features, min_history, settled_history
        How the inputs are computed from bars (`signalcli.serving.bundle.feature_recipe`).
    label : str or None
        Target type; None if the target is not the one that ``features`` would make.
    interval : str
        Length of a bar.
    adjustment : str or None
        How prices were adjusted, if known.
    classes : list of int
        Directions in the order of the graph's probabilities.
    calibration : str or None
        Calibration method; it is part of the graph.
    coverage : dict or None
        Coverage ``wanted`` of the prediction sets, and the ``band`` (`signalcli.models.prediction_sets`).
    thresholds : dict
        Default trading rule of ``predict``.
    graph : dict
        Family and parameters of the graph (`signalcli.serving.onnx.converters`).
    tolerance : float
        Largest accepted difference of a probability between graph and estimator.
    trained : dict
        First and last training date, date at which the last label was ``known``, rows, symbols.
    scores : dict
        Out-of-sample scores of the walk-forward by metric; empty if there was none.
    data_sha256 : str
        Hash of the training data: dates, columns and labels.
    versions : dict
        Versions of the libraries.
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
    calibration: Calibration | None
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

    @cached_property
    def config(self) -> FeatureConfig:
        """``features`` as a config."""
        return FeatureConfig(**self.features)

    @cached_property
    def rule(self) -> TradingRule:
        """``thresholds`` as a config."""
        return TradingRule(**self.thresholds)

    @cached_property
    def fit(self) -> FitConfig:
        """Config that fits the model again."""
        return FitConfig(
            models=(self.model,),
            settings={self.model: self._settings},
            pooled=self.symbol is None,
            random_state=self.seed,
            calibrate=self.calibration,
            coverage=self.coverage["wanted"] if self.coverage else None,
        )

    @property
    def _settings(self) -> dict[str, Any]:
        """Parameters that a user may set; those of a model of one's own stand in one, and import nothing."""
        if self.own is not None:
            return {k: _to_tuples(v) for k, v in (self.parameters.get("settings") or {}).items()}
        settable = {p.name for p in parameters(self.model)}
        return {k: _to_tuples(v) for k, v in self.parameters.items() if k in settable}

    @property
    def signal_label(self) -> str | None:
        """Label that signals must name because it is not the direction from close to close; else None."""
        if self.label is None:
            return "own"
        if self.config.label_from != "close":
            return f"{self.label} from {self.config.label_from}"
        if self.config.dead_zone > 0 and self.config.dead_zone_unit != "return":
            return f"{self.label}, dead zone in {self.config.dead_zone_unit}"
        return None if self.label in {"direction", "dead-zone"} else self.label

    @property
    def own(self) -> dict[str, Any] | None:
        """Kind and types of the file of a model of one's own; None for one of ours."""
        return own_params(self.graph)

    @property
    def last_label_date(self) -> dt.datetime:
        """Date at which the last training label was known, naive UTC."""
        return self.trained_date("known")

    def trained_date(self, which: str) -> dt.datetime:
        """The ``first``, ``last`` or ``known`` date of the training data, naive UTC."""
        return dt.datetime.fromisoformat(self.trained[which]).replace(tzinfo=None)

    def layout(self) -> Layout:
        """Layout of the graph. Raises DamagedError for parameters that do not fit together."""
        try:
            inputs = len(self.columns) if self.own is None else len(self.classes)
            layout = make_layout(self.graph, inputs, len(self.classes))
            size = file_size(layout)
        except (TypeError, ValueError, ZeroDivisionError, IndexError, MemoryError) as error:
            raise DamagedError(f"{MANIFEST}: graph has sizes that do not fit") from error
        if size > LIMITS[GRAPH]:
            raise DamagedError(f"{MANIFEST}: graph would have {size:,} bytes, more than {LIMITS[GRAPH]:,}")
        return layout


def to_bytes(manifest: Manifest) -> bytes:
    """Canonical JSON with its own hash as the last field."""
    return _canonical(asdict(manifest))


def _canonical(content: dict[str, Any]) -> bytes:
    digest = hashlib.sha256(_dump(content).encode()).hexdigest()
    return (_dump({**content, "sha256": digest}) + "\n").encode()


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)


def from_bytes(content: bytes) -> Manifest:
    """Manifest of a file. Raises DamagedError unless it is valid in every field and byte."""
    values = _parse(content)
    _refuse_version(values)
    values.pop("sha256", None)
    fault = record(SCHEMA)(values)
    if fault:
        raise DamagedError(f"{MANIFEST}: {printable(fault)}")
    if _canonical(values) != content:
        raise DamagedError(f"{MANIFEST} was changed: its own hash does not match")
    manifest = Manifest(**values)
    _refuse_contradictions(manifest)
    return manifest


def _parse(content: bytes) -> dict[str, Any]:
    try:
        values = json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{MANIFEST} is not JSON: {printable(error)[:80]}") from error
    if type(values) is not dict:
        raise DamagedError(f"{MANIFEST} is not an object")
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name occurs twice")
    return values


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _refuse_version(values: dict[str, Any]) -> None:
    version = values.get("format")
    if type(version) is int and version > FORMAT:
        raise DamagedError(
            f"written by a newer signalcli (format {version}; this one reads {FORMAT}); update signalcli"
        )
    if type(version) is int and 1 <= version < FORMAT:
        raise DamagedError(f"written by an older signalcli (format {version}; this one reads {FORMAT})")


def _refuse_contradictions(manifest: Manifest) -> None:
    """Raise DamagedError for fields that pass `SCHEMA` one by one but do not fit together."""
    try:
        dates = [manifest.trained_date(which) for which in ("first", "last", "known")]
    except ValueError as error:
        raise DamagedError(f"{MANIFEST}: a date in trained is not a date") from error
    in_order = manifest.classes == sorted(manifest.classes) and dates == sorted(dates)
    own_are_inputs = set(manifest.own_columns) <= set(manifest.columns)
    same_fields = [f.name for f in fields(Manifest)] == list(SCHEMA)
    if not (in_order and own_are_inputs and same_fields and manifest.min_history <= manifest.settled_history):
        raise DamagedError(f"{MANIFEST} contradicts itself")
    _refuse_other_model(manifest)
    _refuse_settings(manifest)


def _refuse_other_model(manifest: Manifest) -> None:
    """Raise DamagedError unless the name, the graph and the files are of one kind of model."""
    own, files = manifest.own, set(manifest.files) & set(ESTIMATORS)
    if own is None and manifest.model not in MODELS:
        raise DamagedError(f"{MANIFEST}: model must be one of {', '.join(MODELS)}")
    if files != (set() if own is None else {FILES[own["kind"]]}) or (own and manifest.model in MODELS):
        raise DamagedError(f"{MANIFEST} contradicts itself")
    if own and type(manifest.parameters.get("settings")) not in {dict, type(None)}:
        raise DamagedError(f"{MANIFEST}: settings must be an object")


def _refuse_settings(manifest: Manifest) -> None:
    """Raise DamagedError for values that a config refuses, and for bars that end after all dates."""
    try:
        _ = manifest.config, manifest.rule, manifest.fit
    except SignalcliError as error:
        raise DamagedError(f"{MANIFEST}: {error.message}") from error
    if interval_days(manifest.interval) * manifest.config.horizon > LONGEST:
        raise DamagedError(f"{MANIFEST}: a horizon of more than {LONGEST:,} days")


def _to_tuples(value: object) -> object:
    """Lists as tuples: JSON has no tuples, and no parameter is a list."""
    if isinstance(value, dict):
        return {k: _to_tuples(v) for k, v in value.items()}
    return tuple(value) if isinstance(value, list) else value
