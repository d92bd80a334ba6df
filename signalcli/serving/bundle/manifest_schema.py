"""What may stand in a manifest, field by field."""

from __future__ import annotations

from signalcli.config.features import CHANNELS, EVERY_SET, LABELS, STATISTICS, ZONE_UNITS
from signalcli.io.json_checks import (
    Check,
    listing,
    mapping,
    number,
    one_of,
    optional,
    plain,
    record,
    text,
    whole,
)
from signalcli.models.registry import MODELS
from signalcli.serving.onnx import converters as families

FORMAT = 2
MANIFEST, GRAPH, SELFCHECK, REFERENCE = "manifest.json", "model.onnx", "selfcheck.csv", "training.csv"
LIMITS = {MANIFEST: 4 << 20, GRAPH: 256 << 20, SELFCHECK: 64 << 20, REFERENCE: 16 << 20}
ROWS = 32  # of the self-check

_HASH = text("[0-9a-f]{64}")
_NAME = text(r"[^\x00-\x1f\x7f]+")
_DATE = text(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{6})?Z)?")
_FILE = record({"size": whole(1, LIMITS[GRAPH]), "sha256": _HASH})


def _names_of(known: tuple[str, ...]) -> Check:
    return listing(one_of(*known), 1, len(known), unique=True)


_SPEC = record(
    {
        "window": whole(2, 4_096),
        "horizon": whole(1, 10_000),
        "dead_zone": number(0, 100),
        "sets": _names_of(EVERY_SET),
        "windows": listing(whole(3, 100_000), 1, 100, unique=True),
        "statistics": _names_of(STATISTICS),
        "channels": _names_of(CHANNELS),
        "lags": listing(whole(0, 100_000), 0, 4_096, unique=True),
        "label": one_of(*LABELS),
        "dead_zone_unit": one_of(*ZONE_UNITS),
        "barriers": listing(number(0, 100), 2, 2),
        "weights": one_of(True, False),
        "float32": one_of(True, False),
        "plugins": listing(text(r"[A-Za-z_][\w.:-]*"), 0, 20, unique=True),
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
    "parameters": mapping(plain, 100),
    "columns": listing(_NAME, 1, 20_000, unique=True),
    "own_columns": listing(_NAME, 0, 20_000, unique=True),
    "features": _SPEC,
    "label": optional(one_of(*LABELS)),
    "min_history": whole(2, 10**6),
    "settled_history": whole(2, 10**6),
    "interval": text(r"[1-9]\d{0,5}(s|m|h|d|wk|mo)"),
    "adjustment": optional(one_of("total", "split", "raw")),
    "classes": listing(one_of(-1, 0, 1), 2, 3, unique=True),
    "calibration": optional(one_of("platt", "isotonic")),
    "coverage": optional(record({"wanted": number(0.5, 1), "band": number(0, 1)})),
    "thresholds": record({"threshold": number(0, 1), "long_only": one_of(True, False)}),
    "graph": families.check,
    "tolerance": number(0, 0.01),
    "trained": _TRAINED,
    "scores": mapping(optional(number(-1e12, 1e12)), 20),
    "data_sha256": _HASH,
    "seed": whole(0, 2**63),
    "versions": mapping(text(r"[0-9A-Za-z.+-]+"), 20),
    "files": record({GRAPH: _FILE, SELFCHECK: _FILE, REFERENCE: _FILE}),
}
