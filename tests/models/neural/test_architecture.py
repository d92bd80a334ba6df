"""The networks against plain loops in NumPy, against numbers worked out by hand, and against Keras."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from signalcli.models.neural.architecture import Network, count_weights, list_weights
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.keras_model import build_model
from signalcli.models.neural.trainer import fused
from signalcli.models.neural.trainer.forward import FusedForward, KerasForward, Memory


def short(network):
    """Name of a case: what differs from the defaults."""
    return " ".join(
        f"{f.name}={getattr(network, f.name)}"
        for f in dataclasses.fields(network)
        if getattr(network, f.name) != f.default and f.name not in {"timesteps", "channels"}
    )


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
    arrays, x = list(arrays), window[::-1] if network.go_backwards else window
    for _ in network.units:
        outputs = run_layer(network.cell, x, [arrays.pop(0) for _ in range(3)])
        last = outputs[-1]
        if network.bidirectional:
            backward = run_layer(network.cell, x[::-1], [arrays.pop(0) for _ in range(3)])
            # The backward layer has seen everything at the oldest bar.
            outputs, last = np.hstack([outputs, backward[::-1]]), np.hstack([last, backward[-1]])
        x = outputs
    for _ in network.dense:
        last = np.maximum(last @ arrays.pop(0) + arrays.pop(0), 0)
    return last @ arrays[0] + arrays[1]


def random_weights(network, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 0.4, w.shape).astype(np.float32) for w in list_weights(network)]


def first_memory(forward):
    keys, carried = forward.first_memory(np.random.SeedSequence(0), 5)
    return Memory([tensorflow().constant(d) for d in keys], carried)


def some_windows(network, count=5, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, network.timesteps, network.channels)).astype(np.float32)


NETWORKS = [
    Network(cell, timesteps=7, channels=3, outputs=outputs, units=units, bidirectional=bidirectional)
    for cell in CELLS
    for units in ((4,), (5, 3))
    for bidirectional in (False, True)
    for outputs in (1, 3)
] + [
    Network("lstm", 4, 2, 1, (3,), go_backwards=True),
    Network("gru", 4, 2, 2, (3,), dense=(5, 4)),
]

# Knobs that the plain loop above does not know: the fused loops against Keras.
KNOBS = [
    Network("lstm", 4, 2, 1, (3, 2), activation="relu", recurrent_activation="hard_sigmoid"),
    Network("rnn", 4, 2, 1, (3,), activation="linear"),
    Network("gru", 4, 2, 1, (3,), bidirectional=True, activation="sigmoid"),
    Network("gru", 4, 2, 1, (3, 2), use_bias=False),
    Network("lstm", 4, 2, 1, (3,), use_bias=False, dense=(3,), dense_activation="tanh"),
    Network("rnn", 4, 2, 1, (3, 2), go_backwards=True),
    Network("lstm", 4, 2, 1, (3,), unroll=True),
]

# What only Keras runs.
LEFT_TO_KERAS = [
    Network("lstm", 4, 2, 1, (3,), recurrent_dropout=0.5),
    Network("gru", 4, 2, 1, (3,), reset_after=False),
    Network("gru", 4, 2, 1, (3,), reset_after=False, use_bias=False),
    Network("lstm", 4, 2, 1, (3,), activation="elu"),
    Network("lstm", 4, 2, 1, (3, 3), return_state=True),
    Network("gru", 4, 2, 1, (3,), activity_regularizer="l2(0.1)"),
    Network("conv", 5, 2, 3, (3, 2), dense=(4,)),
    Network("mlp", 4, 2, 1, (3, 2)),
]


@pytest.mark.parametrize("network", NETWORKS, ids=short)
def test_fused_forward_equals_a_plain_loop(network):
    arrays, seen = random_weights(network), some_windows(network)
    expected = [
        run_network(network, window.astype(float), [a.astype(float) for a in arrays]) for window in seen
    ]
    np.testing.assert_allclose(FusedForward(network).predict(arrays, seen), expected, atol=1e-5)


@pytest.mark.parametrize("network", NETWORKS[::3], ids=short)
def test_keras_graph_equals_the_same_plain_loop(network):
    arrays, seen = random_weights(network), some_windows(network)
    expected = [
        run_network(network, window.astype(float), [a.astype(float) for a in arrays]) for window in seen
    ]
    np.testing.assert_allclose(KerasForward(network).predict(arrays, seen), expected, atol=1e-5)


@pytest.mark.parametrize("network", NETWORKS + KNOBS + LEFT_TO_KERAS, ids=short)
def test_listed_weights_are_those_of_the_keras_graph(network):
    assert [w.shape for w in list_weights(network)] == [
        w.shape for w in build_model(network).trainable_variables
    ]


@pytest.mark.parametrize("network", NETWORKS + KNOBS, ids=short)
def test_hand_written_gradient_equals_automatic_differentiation_of_keras(network):
    tf = tensorflow()
    arrays, seen = [tf.constant(a) for a in random_weights(network)], some_windows(network)
    slope = tf.constant(np.random.default_rng(2).normal(size=(len(seen), network.outputs)), tf.float32)

    def value_and_gradients(forward):
        with tf.GradientTape() as tape:
            tape.watch(arrays)
            value = tf.reduce_sum(forward.train(arrays, first_memory(forward), seen)[0] * slope)
        return [value, *tape.gradient(value, arrays)]

    assert fused.supports(network)
    pairs = zip(
        value_and_gradients(FusedForward(network)), value_and_gradients(KerasForward(network)), strict=True
    )
    for ours, keras_own in pairs:
        np.testing.assert_allclose(ours, keras_own, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_hand_written_gradient_equals_finite_differences(cell):
    network = Network(cell, timesteps=4, channels=2, outputs=1, units=(3, 2))
    arrays, seen = random_weights(network), some_windows(network, 2)
    tf = tensorflow()
    with tf.GradientTape() as tape:
        tensors = [tf.constant(a) for a in arrays]
        tape.watch(tensors)
        value = tf.reduce_sum(
            FusedForward(network).train(tensors, first_memory(FusedForward(network)), seen)[0]
        )
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
    arrays = [np.full(w.shape, 0.0 if "bias" in w.role else 1.0, np.float32) for w in list_weights(network)]
    return float(FusedForward(network).predict(arrays, np.array(window, np.float32).reshape(1, -1, 1))[0, 0])


@pytest.mark.parametrize("network", LEFT_TO_KERAS, ids=short)
def test_other_networks_are_left_to_keras(network):
    assert not fused.supports(network)


def test_gru_that_resets_before_the_product_equals_a_plain_loop():
    network = Network("gru", timesteps=4, channels=2, outputs=1, units=(3,), reset_after=False)
    arrays, seen = random_weights(network), some_windows(network)
    W, U, b, D, d = arrays

    def logit(window):
        h = np.zeros(3)
        for x in window:
            (xz, xr, xn), (Uz, Ur, Un) = np.split(x @ W + b, 3), np.split(U, 3, axis=1)
            z, r = sigmoid(xz + h @ Uz), sigmoid(xr + h @ Ur)
            h = z * h + (1 - z) * np.tanh(xn + (r * h) @ Un)
        return h @ D + d

    np.testing.assert_allclose(
        KerasForward(network).predict(arrays, seen), [logit(w) for w in seen], atol=1e-5
    )


def test_returned_state_starts_the_next_layer():
    network = Network("rnn", timesteps=3, channels=2, outputs=1, units=(3, 3), return_state=True)
    arrays, seen = random_weights(network), some_windows(network)

    def logit(window):
        first = run_layer("rnn", window, arrays[:3])
        h = first[-1]
        for x in first:
            h = np.tanh(x @ arrays[3] + h @ arrays[4] + arrays[5])
        return h @ arrays[6] + arrays[7]

    np.testing.assert_allclose(
        KerasForward(network).predict(arrays, seen), [logit(w) for w in seen], atol=1e-5
    )


def test_penalty_on_outputs_is_added_by_keras():
    network = Network(
        "rnn", 1, 1, 1, (2,), activation="linear", use_bias=False, activity_regularizer="l1(0.5)"
    )
    made, arrays = KerasForward(network), [np.array([[1.0, -3.0]]), np.zeros((2, 2)), np.zeros((2, 1))]
    arrays = [a.astype(np.float32) for a in arrays]
    # Outputs (2, -6) and (1, -3): 0.5 · 12 over 2 rows.
    _, penalty, _ = made.train(arrays, first_memory(made), np.array([[[2.0]], [[1.0]]], np.float32))
    assert float(penalty) == pytest.approx(3.0)


def test_convolution_equals_a_plain_loop():
    network = Network("conv", timesteps=4, channels=2, outputs=1, units=(3,), activation="relu")
    arrays, seen = random_weights(network), some_windows(network)
    W, b, D, d = arrays

    def logit(window):
        padded = np.vstack([np.zeros((1, 2)), window, np.zeros((1, 2))])
        seen_by_filters = [np.einsum("tc,tcf->f", padded[t : t + 3], W) + b for t in range(4)]
        filtered = np.maximum(seen_by_filters, 0)
        return np.concatenate([filtered[:2].max(axis=0), filtered[2:].max(axis=0)]) @ D + d

    np.testing.assert_allclose(
        KerasForward(network).predict(arrays, seen), [logit(w) for w in seen], atol=1e-5
    )


def test_weights_of_the_slides_are_counted():
    # Two inputs, four hidden, one output, no constants: 8 + 4, and 16 more for the state.
    assert count_weights(Network("mlp", 1, 2, 1, (4,), use_bias=False)) == 12
    assert count_weights(Network("rnn", 5, 2, 1, (4,), use_bias=False)) == 28


def test_counting_weights_needs_no_tensorflow():
    code = (
        "import sys; from signalcli.models.neural.architecture import Network, count_weights;"
        "count_weights(Network('lstm', 5, 2, 1, (4,))); assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("where", ["dropout", "layer_dropout", "dense_dropout"])
@pytest.mark.parametrize("forward", [FusedForward, KerasForward])
def test_dropout_acts_in_training_only(forward, where):
    network = Network("gru", 4, 6, 1, (3,), **{where: 0.5}, dense=(4,))
    made, arrays, seen = forward(network), random_weights(network), some_windows(network, 40)
    memory = first_memory(made)
    first, _, moved = made.train(arrays, memory, seen)
    second, _, _ = made.train(arrays, moved, seen)
    whole = made.predict(arrays, seen)
    without = forward(dataclasses.replace(network, **{where: 0.0}))
    np.testing.assert_allclose(whole, without.predict(arrays, seen), rtol=0, atol=1e-6)
    assert np.max(np.abs(first - whole)) > 1e-3
    assert np.max(np.abs(first - second)) > 1e-3
    np.testing.assert_array_equal(made.train(arrays, memory, seen)[0], first)


def test_dropout_hides_a_channel_for_the_whole_window_and_keeps_its_mean():
    seen = np.ones((2000, 3, 4), np.float32)
    tf = tensorflow()
    parts = fused._Parts(NETWORKS[0], iter(()), tf.constant([1, 2]), iter(()))
    dropped = parts.dropout(tf.transpose(tf.constant(seen), (1, 0, 2)), 0.25, same_mask=True).numpy()
    assert set(np.unique(dropped)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (dropped == dropped[:1]).all()
    assert dropped.mean() == pytest.approx(1.0, abs=0.02)  # 8,000 draws: one standard error is .0065
