"""What a case is made of, and made from."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

MODEL_PARAMETERS = (
    "ar.p",
    "ar.max_p",
    "ar.criterion",
    "logistic.C",
    "logistic.max_iter",
    "tree.n_estimators",
    "tree.num_leaves",
    "tree.learning_rate",
    "tree.subsample",
    "tree.reg_lambda",
    "p",
    "ar.x",
    "",
)


class Case(NamedTuple):
    """Arguments of the command, its standard input, the text of ``j.toml``, and further files to write."""

    arguments: list[str]
    stdin: bytes
    settings: str = ""
    files: Mapping[str, bytes] = {}


class Tables(NamedTuple):
    """Sound files that cases damage; ``run`` is the name of the run in the ledger.

    In the working folder are ``bars.csv``, ``features.csv``, ``signals.csv``, the model ``m`` and its copy
    ``d``, the ledger ``l.sqlite`` and the store ``s``.
    """

    bars: bytes
    features: bytes
    predictions: bytes
    signals: bytes
    manifest: dict[str, Any]
    ledger: bytes
    run: str


Maker = Callable[[random.Random, Tables], Case]
