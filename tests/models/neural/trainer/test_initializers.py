"""Initial weights that are drawn without Keras have the bytes of Keras' own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.models.neural.architecture import Network, list_weights
from signalcli.models.neural.backend.runtime import keras
from signalcli.models.neural.trainer import initializers
from signalcli.models.neural.trainer.initializers import Initializers

SEED = np.random.SeedSequence(5)
LAST_SEEDS = [0, 1, 2**31 - 3, 2**31 - 2, 2**31 - 1]  # Keras' keys begin again before the last ones


@given(
    name=st.sampled_from(["glorot_uniform", "orthogonal", "zeros"]),
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple),
    seed=st.integers(0, 2**31 - 1) | st.sampled_from(LAST_SEEDS),
)
@settings(deadline=None, max_examples=60)
def test_values_are_those_of_keras_to_the_last_bit(name, shape, seed):
    if name == "orthogonal" and len(shape) == 1:
        return
    part = getattr(keras().initializers, name)
    theirs = (part() if name == "zeros" else part(seed=seed))(shape, dtype="float32")
    ours = np.asarray(initializers._draw(name, shape, seed))
    assert (ours.shape, ours.dtype) == (shape, np.float32)
    assert ours.tobytes() == np.asarray(theirs).tobytes()


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn", "conv", "mlp"])
def test_a_default_network_asks_keras_for_nothing(cell, monkeypatch):
    monkeypatch.setattr(initializers, "make_part", None)
    network = Network(cell, 5, 2, 1, (4,), dense=(3,))
    drawn = Initializers().draw(network, SEED)
    assert [array.shape for array in drawn] == [weight.shape for weight in list_weights(network)]


def test_other_names_and_arguments_are_keras_own():
    network = Network("rnn", 5, 2, 1, (4,))
    kernel, recurrent, *_ = Initializers(kernel="ones", recurrent="orthogonal(gain=2)").draw(network, SEED)
    np.testing.assert_array_equal(kernel, 1.0)
    np.testing.assert_allclose(recurrent @ recurrent.T, 4 * np.eye(4), atol=1e-5)


def test_a_bias_cannot_be_orthogonal():
    with pytest.raises(ValueError, match=r"needs a matrix, not weights of shape \(4,\)"):
        Initializers(bias="orthogonal").draw(Network("rnn", 5, 2, 1, (4,)), SEED)
