"""The check of histogram trees out of a file: scikit-learn follows their node numbers without one.

skops does not trust their type for that reason. Trees of numbers whose children stand behind their parent and
inside the tree, and whose features exist, cannot lead it astray; they need no name on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from signalcli.io.folders import DamagedError

TYPE = "sklearn.ensemble._hist_gradient_boosting.predictor:TreePredictor"
DEEPEST = 20  # parts inside parts of an estimator


def refuse_astray(estimator: Any) -> None:
    """Raise DamagedError for a histogram tree, anywhere in an estimator, that leaves its own nodes."""
    for part in _parts(estimator, DEEPEST):
        for tree in _trees(part):
            _refuse_tree(tree.nodes, part.n_features_in_)


def _trees(part: Any) -> list[Any]:
    return [tree for trees in getattr(part, "_predictors", ()) for tree in trees]


def _refuse_tree(nodes: np.ndarray, features: int) -> None:
    inner = nodes[nodes["is_leaf"] == 0]
    at = np.flatnonzero(nodes["is_leaf"] == 0)
    children = np.stack([inner["left"], inner["right"]]).astype("int64")
    sound = (children > at).all() and (children < len(nodes)).all()
    known = (inner["feature_idx"] >= 0).all() and (inner["feature_idx"] < features).all()
    if not (len(nodes) and sound and known) or nodes["is_categorical"].any():
        raise DamagedError("a histogram tree in it has categories or leaves its own nodes")


def _parts(value: Any, depth: int) -> Iterator[Any]:
    """The object and all that it holds."""
    if depth == 0 or isinstance(value, np.ndarray | str | bytes | int | float | np.generic | None):
        return
    yield value
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list | tuple):
        inner = getattr(value, "__dict__", {}).values()
    for part in inner:
        yield from _parts(part, depth - 1)
