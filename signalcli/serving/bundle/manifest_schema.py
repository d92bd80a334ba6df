"""Files of a bundle, and the check of each field of its manifest."""

from __future__ import annotations

from typing import Any

from signalcli.config.features import CHANNELS, EVERY_SET, LABELS, STATISTICS, FeatureConfig
from signalcli.config.option import Setting, settings_of
from signalcli.errors import UsageError
from signalcli.io.json_checks import (
    Check,
    integer,
    list_of,
    mapping,
    number,
    one_of,
    optional,
    parameter_value,
    record,
    text,
)
from signalcli.serving.onnx.converters import check as check_graph
from signalcli.serving.onnx.own import FILES

FORMAT = 3
MANIFEST, GRAPH, SELFCHECK, DISTRIBUTION = "manifest.json", "model.onnx", "selfcheck.csv", "training.csv"
LIMITS = {MANIFEST: 4 << 20, GRAPH: 256 << 20, SELFCHECK: 64 << 20, DISTRIBUTION: 16 << 20}  # bytes
HISTORY, WALK_FORWARD, PREVIOUS = "promotions.jsonl", "walk_forward.csv", "previous.zip"
ESTIMATORS = dict.fromkeys(FILES.values(), 256 << 20)  # the file of a model of one's own
KEPT = {HISTORY: 16 << 20, WALK_FORWARD: 256 << 20, PREVIOUS: 400 << 20}  # what the gate keeps beside them

_HASH = text("[0-9a-f]{64}")
_NAME = text(r"[^\x00-\x1f\x7f]+")
_DATE = text(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{6})?Z)?")
_FILE = record({"size": integer(1, LIMITS[GRAPH]), "sha256": _HASH})
_FILES = {GRAPH: _FILE, SELFCHECK: _FILE, DISTRIBUTION: _FILE}


def _names_among(names: tuple[str, ...]) -> Check:
    return list_of(one_of(*names), 1, len(names), unique=True)


# Tighter than the config, because a manifest may be hostile.
_NARROWER = {
    "window": integer(2, 4_096),
    "horizon": integer(1, 10_000),
    "sets": _names_among(EVERY_SET),
    "windows": list_of(integer(3, 100_000), 1, 100, unique=True),
    "statistics": _names_among(STATISTICS),
    "channels": _names_among(CHANNELS),
    "lags": list_of(integer(0, 100_000), 0, 4_096, unique=True),
    "barriers": list_of(number(0, 100), 2, 2),
    "plugins": list_of(text(r"[A-Za-z_][\w.:-]*"), 0, 20, unique=True),
}


def _check_features(value: Any) -> str | None:
    """Check for the fields of a FeatureConfig, in order; one that is newer than the file may be missing."""
    known = {s.name: s for s in settings_of(FeatureConfig)}
    if type(value) is not dict or list(value) != [name for name in known if name in value]:
        return f"must be an object with {', '.join(known)}"
    faults = ((name, _check_setting(known[name], value[name])) for name in value)
    return next((f"{name} {fault}" for name, fault in faults if fault), None)


def _check_setting(one: Setting, value: Any) -> str | None:
    """Check for a value of a setting, by the bounds of its field."""
    try:
        one.checked(value)
    except UsageError:
        return f"must be {one.wish}"
    return _NARROWER[one.name](value) if one.name in _NARROWER else None


def _check_files(value: Any) -> str | None:
    """Check for the entries of the files of a bundle, that of a model of one's own last."""
    own = [name for name in ESTIMATORS if type(value) is dict and name in value]
    return record({**_FILES, **dict.fromkeys(own, _FILE)})(value)


_TRAINED = record(
    {"first": _DATE, "last": _DATE, "known": _DATE, "rows": integer(1, 10**9), "symbols": integer(1, 10**6)}
)

SCHEMA: dict[str, Check] = {
    "format": one_of(FORMAT),
    "signalcli": text(r"[0-9A-Za-z.+-]+"),
    "model": _NAME,
    "symbol": optional(_NAME),
    "parameters": mapping(parameter_value, 100),
    "columns": list_of(_NAME, 1, 20_000, unique=True),
    "own_columns": list_of(_NAME, 0, 20_000, unique=True),
    "features": _check_features,
    "label": optional(one_of(*LABELS)),
    "min_history": integer(2, 10**6),
    "settled_history": integer(2, 10**6),
    "interval": text(r"[1-9]\d{0,5}(s|m|h|d|wk|mo)"),
    "adjustment": optional(one_of("total", "split", "raw")),
    "classes": list_of(one_of(-1, 0, 1), 2, 3, unique=True),
    "calibration": optional(one_of("platt", "isotonic")),
    "coverage": optional(record({"wanted": number(0.5, 1), "band": number(0, 1)})),
    "thresholds": record({"threshold": number(0, 1), "long_only": one_of(True, False)}),
    "graph": check_graph,
    "tolerance": number(0, 0.01),
    "trained": _TRAINED,
    "scores": mapping(optional(number(-1e12, 1e12)), 20),
    "data_sha256": _HASH,
    "seed": integer(0, 2**63),
    "versions": mapping(text(r"[0-9A-Za-z.+-]+"), 20),
    "files": _check_files,
}
