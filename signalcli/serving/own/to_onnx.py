"""Fitted estimators of scikit-learn as ONNX files by skl2onnx."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import INPUT, OUTPUT
from signalcli.serving.onnx.model_file import OPSET

OPSETS = {"": OPSET, "ai.onnx.ml": 3}
# Options of the converter of histogram trees, as skl2onnx registers it.
OPTIONS = {
    "zipmap": [True, False, "columns"],
    "raw_scores": [True, False],
    "output_class_labels": [False, True],
    "nocl": [True, False],
}
NARROW = "narrow"  # the row in single precision


def onnx_files(estimator: Any, features: int) -> Iterator[bytes]:
    """ONNX files of an estimator, the most exact first; none may give its probabilities to the last digits.

    Input ``row`` (n, features) in double precision, output ``probabilities`` (n, classes). Raises what
    skl2onnx raises for an estimator that it does not know.
    """
    from onnx import TensorProto

    wide = _convert(estimator, features, "DoubleTensorType", INPUT)
    yield wide.SerializeToString()
    for output in wide.graph.output:  # trees compute single precision whatever their input
        if output.name == OUTPUT:
            output.type.tensor_type.elem_type = TensorProto.FLOAT
    yield wide.SerializeToString()
    yield _widen_input(_convert(estimator, features, "FloatTensorType", NARROW)).SerializeToString()


def _convert(estimator: Any, features: int, kind: str, name: str) -> Any:
    from skl2onnx import to_onnx
    from skl2onnx.common import data_types

    _repair_converters()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return to_onnx(
            estimator,
            initial_types=[(name, getattr(data_types, kind)([None, features]))],
            options={id(estimator): {"zipmap": False}},
            target_opset=OPSETS,
        )


def _widen_input(model: Any) -> Any:
    """The model with an input in double precision, which its first operator rounds."""
    from onnx import TensorProto, helper

    model.graph.input[0].name = INPUT
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE
    model.graph.node.insert(0, helper.make_node("Cast", [INPUT], [NARROW], to=TensorProto.FLOAT))
    return model


@cache
def _repair_converters() -> None:
    """Make skl2onnx write histogram trees with plain numbers: onnx refuses its NumPy ones."""
    from skl2onnx import supported_converters, update_registered_converter
    from skl2onnx.common import _registration as registered
    from sklearn.ensemble import HistGradientBoostingClassifier

    name = "SklearnHistGradientBoostingClassifier"
    if name in supported_converters():
        update_registered_converter(
            HistGradientBoostingClassifier,
            name,
            registered.get_shape_calculator(name),
            _with_plain_numbers(registered.get_converter(name)),
            overwrite=True,
            options=OPTIONS,
        )


def _with_plain_numbers(convert: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    def convert_plainly(scope: Any, operator: Any, container: Any) -> None:
        add_node = container.add_node
        container.add_node = partial(_add_plainly, add_node)
        try:
            convert(scope, operator, container)
        finally:
            container.add_node = add_node

    return convert_plainly


def _add_plainly(add_node: Callable[..., Any], *names: Any, **attributes: Any) -> Any:
    plain = {
        k: np.asarray(v).tolist() if isinstance(v, list | np.ndarray) else v for k, v in attributes.items()
    }
    return add_node(*names, **plain)
