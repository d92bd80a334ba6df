"""What a graph made of other graphs asks of those."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from signalcli.io.json_checks import Check
from signalcli.serving.onnx.graph import Layout, Sizes

if TYPE_CHECKING:
    import numpy as np


class Graphs(NamedTuple):
    """The graph of any model.

    Parameters
    ----------
    described : function
        Fitted estimator → its family and sizes.
    arrays : function
        Fitted estimator → numbers by name.
    layout : function
        (family and sizes, features, classes) → Layout.
    tolerance : function
        Fitted estimator → how far its graph may be from it.
    check : function
        JSON value → what is wrong with it as a family and sizes, or None.
    """

    described: Callable[[Any], Sizes]
    arrays: Callable[[Any], dict[str, np.ndarray]]
    layout: Callable[[Sizes, int, int], Layout]
    tolerance: Callable[[Any], float]
    check: Check
