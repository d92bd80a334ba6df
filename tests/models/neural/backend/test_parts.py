"""Text to parts of Keras, without evaluating anything."""

import numpy as np
import pytest

from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.parts import make_part, parse
from signalcli.models.neural.trainer.initializers import Initializers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max_norm", ("max_norm", [], {})),
        ("max_norm(3)", ("max_norm", [3], {})),
        ("l1_l2(l1=1e-3, l2=-2)", ("l1_l2", [], {"l1": 0.001, "l2": -2})),
    ],
)
def test_parsed(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "max_norm(",
        "3",
        "a.b(3)",
        "max_norm(len([]))",
        "__import__('os')('x')",
        "a if b else c",
        "f(**{})",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"must be a name|did you mean|unexpected"):
        make_part("constraints", text)


def test_parts_get_their_arguments():
    assert make_part("constraints", "max_norm(3)").max_value == 3
    assert make_part("regularizers", "l2(0.5)").l2 == 0.5
    assert make_part("initializers", "random_normal(stddev=0.1)", seed=7).get_config()["seed"] == 7
    assert make_part("initializers", "zeros", seed=7).get_config() == {}


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("constraints", "max_nrom(3)", "did you mean max_norm"),
        ("regularizers", "l3", "did you mean l1 or l1_l2 or l2"),
        ("activations", "tanhh", "did you mean tanh"),
        ("constraints", "max_norm(depth=3)", "unexpected keyword argument 'depth'"),
        ("initializers", "get", "no initializer 'get'"),
    ],
)
def test_a_wrong_name_or_argument_says_so(kind, text, message):
    with pytest.raises(ValueError, match=message):
        make_part(kind, text)


def test_initial_weights_start_as_asked():
    network = Network("lstm", 4, 3, 1, (5,))
    seed = np.random.SeedSequence(0)
    kernel, recurrent, bias, head, head_bias = Initializers(
        kernel="random_normal(stddev=0.01)", bias="ones"
    ).draw(network, seed)
    assert 0.005 < kernel.std() < 0.015
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(5), atol=1e-5)
    assert bias.tolist() == [1.0] * 20
    assert np.abs(head).max() <= 1.0  # sqrt(6 / (5 + 1))
    assert head_bias.tolist() == [0.0]


def test_forget_gate_starts_open_unless_told():
    network, seed = Network("lstm", 4, 3, 1, (2,)), np.random.SeedSequence(0)
    assert Initializers().draw(network, seed)[2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert not Initializers(unit_forget_bias=False).draw(network, seed)[2].any()


def test_arrays_of_one_shape_start_differently():
    first, second = (
        Initializers().draw(Network("rnn", 4, 3, 1, (3, 3)), np.random.SeedSequence(0))[i] for i in (0, 3)
    )
    assert first.shape == second.shape
    assert not np.array_equal(first, second)
