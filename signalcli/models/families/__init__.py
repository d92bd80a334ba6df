"""The models by name, one family a file. A file lists them in MODELS and FORECASTERS; no other file changes.

Neither scikit-learn nor a model library is imported before a model is fitted.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from signalcli.models.entry import KINDS, Catalogue


def find(kind: str) -> Catalogue:
    """Entries of every family in a list of this name: MODELS or FORECASTERS, in the order of `KINDS`."""
    entries = [item for one in lists(kind) for item in one.items()]
    return dict(sorted(entries, key=lambda item: KINDS.index(item[1].kind)))


def lists(kind: str) -> Iterator[Catalogue]:
    """The list of this name of each family, in the order of the files."""
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__, f"{__name__}.")):
        yield getattr(importlib.import_module(name), kind, {})
