"""The bytes of one cached fit: a line that names the format, a checksum, a header, and an array.

No pickle: the header is JSON, the array NumPy's own format without objects. The checksum covers the key of
the entry, so that neither a damaged file nor one under another name is believed.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any, NamedTuple

import numpy as np

import signalcli
from signalcli.training.fits.fit import FitResult
from signalcli.training.fits.warned import Warned

MAGIC = b"signalcli fit 1\n"
_CHECKSUM = 65  # characters of a SHA-256, and the end of the line


class Shape(NamedTuple):
    """What a result must look like: test rows, classes with a probability, and whether it has bands."""

    rows: int
    classes: int
    bands: bool


def encode(key: str, model: str, result: FitResult) -> bytes:
    """Bytes of a result."""
    band = [] if result.band is None else [result.band[:, np.newaxis]]
    array = io.BytesIO()
    np.save(array, np.hstack([result.p, *band]), allow_pickle=False)
    header = {"model": model, "signalcli": signalcli.__version__, "warned": result.warned}
    body = json.dumps(header).encode() + b"\n" + array.getvalue()
    return MAGIC + _checksum(key, body) + body


def decode(key: str, content: bytes, shape: Shape) -> FitResult | None:
    """The result; None for bytes that are damaged, of another key or format, or not of this shape."""
    header, array = _parts(content)
    if not content.startswith(MAGIC + _checksum(key, content[len(MAGIC) + _CHECKSUM :])):
        return None
    try:
        values = np.load(io.BytesIO(array), allow_pickle=False)
        warned = tuple(Warned(*one) for one in json.loads(header)["warned"])
    except (ValueError, LookupError, TypeError, EOFError):
        return None
    if values.dtype != np.float64 or values.shape != (shape.rows, shape.classes + shape.bands):
        return None
    p = np.ascontiguousarray(values[:, : shape.classes])
    return FitResult(p, values[:, -1].copy() if shape.bands else None, warned)


def read_header(content: bytes) -> dict[str, Any]:
    """Model and version of an entry, for a list; empty for what is none."""
    try:
        header = json.loads(_parts(content)[0]) if content.startswith(MAGIC) else {}
    except ValueError:
        return {}
    return header if isinstance(header, dict) else {}


def _parts(content: bytes) -> tuple[bytes, bytes]:
    """Header and array."""
    header, _, array = content[len(MAGIC) + _CHECKSUM :].partition(b"\n")
    return header, array


def _checksum(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).hexdigest().encode() + b"\n"
