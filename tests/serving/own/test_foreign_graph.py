"""ONNX files of other libraries: what reaches beyond the file is refused before ONNX Runtime sees it."""

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from signalcli.io.folders import DamagedError
from signalcli.serving.own.foreign_graph import refuse_reaching_out

WEIGHT = numpy_helper.from_array(np.ones((2, 2)), "w")


def model(*nodes, initializers=(WEIGHT,), functions=(), domains=("",)):
    row, out = (
        helper.make_tensor_value_info(n, TensorProto.DOUBLE, [None, 2]) for n in ("row", "probabilities")
    )
    graph = helper.make_graph(list(nodes), "g", [row], [out], list(initializers))
    opsets = [helper.make_opsetid(d, 1 if d else 17) for d in domains]
    return helper.make_model(graph, opset_imports=opsets, functions=list(functions))


MATMUL = helper.make_node("MatMul", ["row", "w"], ["probabilities"])


def test_a_plain_model_passes():
    refuse_reaching_out(model(MATMUL).SerializeToString())


def test_external_data():
    outside = onnx.TensorProto()
    outside.CopyFrom(WEIGHT)
    outside.ClearField("raw_data")
    outside.data_location = TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="../../etc/passwd")
    with pytest.raises(DamagedError, match=r"field 1[34] of a tensor"):
        refuse_reaching_out(model(MATMUL, initializers=[outside]).SerializeToString())


def test_external_data_in_a_branch_of_a_branch():
    outside = onnx.TensorProto(data_location=TensorProto.EXTERNAL)
    constant = helper.make_node("Constant", [], ["x"], value=outside)
    inner = helper.make_graph([constant], "inner", [], [])
    branch = helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)
    with pytest.raises(DamagedError, match="of a tensor"):
        refuse_reaching_out(model(branch).SerializeToString())


def test_operators_of_another_domain():
    foreign = helper.make_node("Fused", ["row"], ["probabilities"], domain="com.example")
    with pytest.raises(DamagedError, match="another domain"):
        refuse_reaching_out(model(foreign, domains=("",)).SerializeToString())
    with pytest.raises(DamagedError, match="another domain"):
        refuse_reaching_out(model(MATMUL, domains=("", "com.example")).SerializeToString())


def test_functions_of_the_file():
    function = helper.make_function("", "F", ["x"], ["y"], [helper.make_node("Abs", ["x"], ["y"])], [])
    with pytest.raises(DamagedError, match="field 25 of a model"):
        refuse_reaching_out(model(MATMUL, functions=[function]).SerializeToString())


@given(st.integers(1, 200), st.integers(0, 255))
def test_damage_is_damage(place, byte):
    content = bytearray(model(MATMUL).SerializeToString())
    content[place % len(content)] = byte
    for part in (bytes(content), bytes(content[: place % len(content)])):
        try:
            refuse_reaching_out(part)
        except DamagedError:
            continue
