"""Fitted estimators as files of skops: their types are listed, and no type is loaded that was not named.

skops trusts the estimators of scikit-learn and arrays of NumPy. Every other type is listed in the manifest as
``module:Class``. Loading imports its module, so the user has to name it (`signalcli.serving.own.trust`).
Histogram trees are listed and checked instead (`signalcli.serving.own.histogram_trees`).
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Any

from signalcli.errors import printable
from signalcli.io.folders import DamagedError
from signalcli.io.user_code import working_folder_last
from signalcli.serving.own.histogram_trees import TYPE, refuse_astray


def write_estimator(estimator: Any) -> tuple[bytes, list[str]]:
    """The file of an estimator, and the types in it that skops does not trust. Raises what skops raises."""
    from skops import io

    content: bytes = io.dumps(estimator)
    return content, [_name(text) for text in io.get_untrusted_types(data=content)]


def read_estimator(content: bytes, types: list[str]) -> Any:
    """The estimator in a file with exactly these types, which the caller trusts. Raises DamagedError."""
    try:
        estimator = _load(content, types)
        if TYPE in types:
            refuse_astray(estimator)
    except DamagedError:
        raise
    except Exception as error:  # its exceptions, those of zip files, JSON and the code itself
        raise DamagedError(f"skops cannot read its estimator: {printable(error)[:200]}") from error
    return estimator


def _load(content: bytes, types: list[str]) -> Any:
    from skops import io

    found = io.get_untrusted_types(data=content)
    others = sorted({_name(text) for text in found} ^ set(types))
    if others:
        raise DamagedError(f"its manifest does not list the types of its estimator: {printable(others[0])}")
    with working_folder_last(), redirect_stdout(sys.stderr):
        return io.loads(content, trusted=found)


def _name(text: str) -> str:
    module, _, name = text.rpartition(".")
    return f"{module}:{name}"
