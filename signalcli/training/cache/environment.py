"""What decides the bits of a fit beside its data and settings: versions, our own code, the processor."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

import signalcli
from signalcli.io.libraries import NOT_FOR_SERVING

_ALWAYS = ("numpy", "scipy", "scikit-learn")
_CODE = ("models", "training")  # folders below signalcli that a fit runs through
_VARIABLES = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS")


def describe_environment(libraries: Iterable[str]) -> list[str]:
    """Lines that differ where a fit may give other bits.

    libraries : names by which a model's libraries are imported.
    """
    names = sorted({*_ALWAYS, *(NOT_FOR_SERVING.get(name, name) for name in libraries)})
    if "tensorflow" in names:
        names.append("keras")
    return [*_machine(), code_hash(), *(f"{name} {_version(name)}" for name in names)]


@cache
def processor() -> str:
    """Kind of processor and the instructions by which NumPy computes."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    return f"{platform.machine()} {' '.join(found)}"


@cache
def code_hash() -> str:
    """Version of signalcli and a hash of its code that a fit runs through."""
    root = Path(signalcli.__file__).parent
    digest = hashlib.sha256()
    for place in _CODE:
        for file in sorted((root / place).rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return f"signalcli {signalcli.__version__} {digest.hexdigest()}"


@cache
def _machine() -> tuple[str, ...]:
    variables = (f"{name}={os.environ.get(name, '')}" for name in _VARIABLES)
    return (platform.python_version(), processor(), *variables)


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
