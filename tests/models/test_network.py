"""The networks against plain loops in NumPy, against numbers worked out by hand, and against Keras."""

import numpy as np
import pytest

from signalcli.models import fused
from signalcli.models.forward import Fused, Layers
from signalcli.models.network import Network, build, weights
from signalcli.models.runtime import tensorflow


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rnn_cell(x, state, W, U, b):
    h = np.tanh(x @ W + state[0] @ U + b)
    return h, (h,)


def lstm_cell(x, state, W, U, b):
    h, c = state
    i, f, g, o = np.split(x @ W + h @ U + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return h, (h, c)


def gru_cell(x, state, W, U, b):
    (h,) = state
    (xz, xr, xn), (hz, hr, hn) = np.split(x @ W + b[0], 3), np.split(h @ U + b[1], 3)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    h = z * h + (1 - z) * np.tanh(xn + r * hn)
    return h, (h,)


CELLS = {"rnn": (rnn_cell, 1), "lstm": (lstm_cell, 2), "gru": (gru_cell, 1)}


def run_layer(cell, window, arrays):
    """Outputs (time, units) of one window, one step after the other."""
    step, states = CELLS[cell]
    state, outputs = (np.zeros(arrays[1].shape[0]),) * states, []
    for x in window:
        h, state = step(x, state, *arrays)
        outputs.append(h)
    return np.array(outputs)


def run_network(network, window, arrays):
    """Logits of one window, float64."""
    arrays, x = list(arrays), window
    for _ in network.units:
        outputs = run_layer(network.cell, x, [arrays.pop(0) for _ in range(3)])
        last = outputs[-1]
        if network.bidirectional:
            backward = run_layer(network.cell, x[::-1], [arrays.pop(0) for _ in range(3)])
            # The backward layer has seen everything at the oldest bar.
            outputs, last = np.hstack([outputs, backward[::-1]]), np.hstack([last, backward[-1]])
        x = outputs
    return last @ arrays[0] + arrays[1]


def random_weights(network, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 0.4, w.shape).astype(np.float32) for w in weights(network)]


def some_windows(network, count=5, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, network.timesteps, network.channels)).astype(np.float32)


NETWORKS = [
    Network(cell, timesteps=7, channels=3, outputs=outputs, units=units, bidirectional=bidirectional)
    for cell in CELLS
    for units in ((4,), (5, 3))
    for bidirectional in (False, True)
    for outputs in (1, 3)
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_fused_forward_equals_a_plain_loop(network):
    arrays, seen = random_weights(network), some_windows(network)
    expected = [
        run_network(network, window.astype(float), [a.astype(float) for a in arrays]) for window in seen
    ]
    np.testing.assert_allclose(Fused(network).predict(arrays, seen), expected, atol=1e-5)


@pytest.mark.parametrize("network", NETWORKS[::3], ids=str)
def test_keras_graph_equals_the_same_plain_loop(network):
    arrays, seen = random_weights(network), some_windows(network)
    expected = [
        run_network(network, window.astype(float), [a.astype(float) for a in arrays]) for window in seen
    ]
    np.testing.assert_allclose(Layers(network).predict(arrays, seen), expected, atol=1e-5)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_listed_weights_are_those_of_the_keras_graph(network):
    assert [w.shape for w in weights(network)] == [w.shape for w in build(network).trainable_variables]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_hand_written_gradient_equals_automatic_differentiation_of_keras(network):
    tf = tensorflow()
    arrays, seen = [tf.constant(a) for a in random_weights(network)], some_windows(network)
    slope = tf.constant(np.random.default_rng(2).normal(size=(len(seen), network.outputs)), tf.float32)

    def gradients(forward):
        with tf.GradientTape() as tape:
            tape.watch(arrays)
            drawn = [tf.constant(d) for d in forward.first_draw(np.random.SeedSequence(0))]
            value = tf.reduce_sum(forward.train(arrays, drawn, seen)[0] * slope)
        return tape.gradient(value, arrays)

    for ours, keras_own in zip(gradients(Fused(network)), gradients(Layers(network)), strict=True):
        np.testing.assert_allclose(ours, keras_own, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_hand_written_gradient_equals_finite_differences(cell):
    network = Network(cell, timesteps=4, channels=2, outputs=1, units=(3, 2))
    arrays, seen = random_weights(network), some_windows(network, 2)
    tf = tensorflow()
    with tf.GradientTape() as tape:
        tensors = [tf.constant(a) for a in arrays]
        tape.watch(tensors)
        value = tf.reduce_sum(Fused(network).train(tensors, [tf.constant([0, 0])], seen)[0])
    ours = [gradient.numpy() for gradient in tape.gradient(value, tensors)]

    def total(changed):
        return sum(run_network(network, window.astype(float), changed)[0] for window in seen)

    for number, gradient in enumerate(ours):
        exact = [a.astype(float) for a in arrays]
        for place in np.ndindex(*gradient.shape):
            above, below = [a.copy() for a in exact], [a.copy() for a in exact]
            above[number][place] += 1e-5
            below[number][place] -= 1e-5
            assert gradient[place] == pytest.approx((total(above) - total(below)) / 2e-5, abs=1e-4)


def test_rnn_golden_number():
    # One unit, every weight 1, biases 0, inputs 1 and 0: h1 = tanh 1 = .761594, h2 = tanh h1 = .642015.
    network = Network("rnn", timesteps=2, channels=1, outputs=1, units=(1,))
    assert logit_with_constant_weights(network, [1.0, 0.0]) == pytest.approx(0.642015, abs=1e-6)


def test_lstm_golden_number():
    # Every gate sees x + h. Step 1, x = 1: i = f = o = sigmoid 1 = .731059, g = tanh 1 = .761594, so
    # c = .731059 * .761594 = .556770 and h = .731059 * tanh .556770 = .731059 * .505577 = .369606.
    # Step 2, x = 0: gates sigmoid .369606 = .591364, g = tanh .369606 = .353647, so
    # c = .591364 * .556770 + .591364 * .353647 = .538388 and h = .591364 * tanh .538388 = .290813.
    network = Network("lstm", timesteps=2, channels=1, outputs=1, units=(1,))
    assert logit_with_constant_weights(network, [1.0, 0.0]) == pytest.approx(0.290813, abs=2e-6)


def test_gru_golden_number():
    # Step 1, x = 1, h = 0: z = r = sigmoid 1 = .731059, n = tanh 1 = .761594, h = (1 - z) n = .204824.
    # Step 2, x = 0: z = r = sigmoid .204824 = .551028, n = tanh(.551028 * .204824) = tanh .112864 = .112387,
    # h = .551028 * .204824 + .448972 * .112387 = .163322.
    network = Network("gru", timesteps=2, channels=1, outputs=1, units=(1,))
    assert logit_with_constant_weights(network, [1.0, 0.0]) == pytest.approx(0.163322, abs=2e-6)


def logit_with_constant_weights(network, window):
    arrays = [np.full(w.shape, 0.0 if "bias" in w.role else 1.0, np.float32) for w in weights(network)]
    return float(Fused(network).predict(arrays, np.array(window, np.float32).reshape(1, -1, 1))[0, 0])


def test_recurrent_dropout_is_left_to_keras():
    assert fused.covers(Network("lstm", 3, 1, 1, (2,), dropout=0.5))
    assert not fused.covers(Network("lstm", 3, 1, 1, (2,), recurrent_dropout=0.5))


@pytest.mark.parametrize("forward", [Fused, Layers])
def test_dropout_acts_in_training_only(forward):
    network = Network("gru", timesteps=4, channels=6, outputs=1, units=(3,), dropout=0.5)
    made, arrays, seen = forward(network), random_weights(network), some_windows(network, 40)
    drawn = [tensorflow().constant(d) for d in made.first_draw(np.random.SeedSequence(0))]
    first, moved = made.train(arrays, drawn, seen)
    second, _ = made.train(arrays, moved, seen)
    whole = made.predict(arrays, seen)
    assert np.max(np.abs(first - whole)) > 1e-3
    assert np.max(np.abs(first - second)) > 1e-3
    np.testing.assert_array_equal(made.train(arrays, drawn, seen)[0], first)


def test_dropout_hides_a_channel_for_the_whole_window_and_keeps_its_mean():
    seen = np.ones((2000, 3, 4), np.float32)
    tf = tensorflow()
    dropped = fused._dropped(
        tf.transpose(tf.constant(seen), (1, 0, 2)), 0.25, iter([tf.constant([1, 2])])
    ).numpy()
    assert set(np.unique(dropped)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (dropped == dropped[:1]).all()
    assert dropped.mean() == pytest.approx(1.0, abs=0.02)  # 8,000 draws: one standard error is .0065
