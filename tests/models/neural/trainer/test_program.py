"""The compiled loop: the same numbers as Keras, no padding effects, no second trace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.models.neural.architecture import Network, list_weights
from signalcli.models.neural.backend.runtime import keras, tensorflow
from signalcli.models.neural.keras_model import build_model
from signalcli.models.neural.trainer import program
from signalcli.models.neural.trainer.batches import Batches, make_batches
from signalcli.models.neural.trainer.constraints import ConstraintConfig, WeightConstraints
from signalcli.models.neural.trainer.forward import FusedForward, KerasForward
from signalcli.models.neural.trainer.loop import DECAYS, Epoch, Schedule, train
from signalcli.models.neural.trainer.optimizers import Optimizer, apply
from signalcli.models.neural.trainer.program import BLOCK, Program, Rows, get_program

SGD = Optimizer("sgd")
NETWORK = Network("lstm", timesteps=5, channels=2, outputs=1, units=(4,))


def some_rows(count, network=NETWORK, seed=0):
    rng = np.random.default_rng(seed)
    seen = rng.normal(size=(count, network.timesteps, network.channels)).astype(np.float32)
    labels = rng.integers(0, max(2, network.outputs), count).astype(np.int32)
    return Rows(seen, labels, rng.uniform(0.5, 2, count).astype(np.float32))


def trained(made, rows, epochs=2, rate=0.05):
    state, loaded = made.start(np.random.SeedSequence(3)), made.load(rows)
    for _ in range(epochs):
        state, loss = made.epoch(
            state, loaded, make_batches(np.arange(len(rows.targets)), made.batch_size), rate
        )
    return [np.asarray(a) for a in state.weights], loss


@pytest.mark.parametrize(
    ("cell", "outputs", "units", "bidirectional"),
    [("rnn", 1, (4, 3), False), ("lstm", 3, (4,), True), ("lstm", 1, (4, 3), False), ("gru", 3, (4,), True)],
)
def test_fused_and_keras_layers_train_to_the_same_weights(cell, outputs, units, bidirectional):
    network = Network(cell, 5, 2, outputs, units, bidirectional)
    rows = some_rows(70, network)
    ours, loss = trained(Program(network, SGD, 16, FusedForward(network)), rows)
    reference, reference_loss = trained(Program(network, SGD, 16, KerasForward(network)), rows)
    assert loss == pytest.approx(reference_loss, abs=1e-5)
    for a, b in zip(ours, reference, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def keras_optimizer(optimizer):
    kinds = {
        "adam": keras().optimizers.Adam,
        "rmsprop": keras().optimizers.RMSprop,
        "sgd": keras().optimizers.SGD,
    }
    clips = {name: getattr(optimizer, name) or None for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    moving = {} if optimizer.name == "adam" else {"momentum": optimizer.momentum}
    ahead = {"nesterov": optimizer.nesterov} if optimizer.name == "sgd" else {}
    rate = keras().optimizers.schedules.InverseTimeDecay(0.02, 1, optimizer.decay)
    return kinds[optimizer.name](learning_rate=rate, **clips, **moving, **ahead)


OPTIMIZERS = [
    Optimizer("adam"),
    Optimizer("adam", decay=0.1),
    Optimizer("rmsprop"),
    Optimizer("rmsprop", momentum=0.5),
    Optimizer("sgd"),
    Optimizer("sgd", momentum=0.9, decay=0.5),
    Optimizer("sgd", momentum=0.9, nesterov=True),
    Optimizer("sgd", clipnorm=0.01),
    Optimizer("sgd", clipvalue=0.001),
    Optimizer("sgd", global_clipnorm=0.01),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_steps_equal_those_of_keras(optimizer):
    tf = tensorflow()
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (4,))]
    variables = [keras().Variable(a) for a in arrays]
    theirs, slots = keras_optimizer(optimizer), [[tf.zeros_like(a) for a in arrays]] * optimizer.slots
    for step in range(1, 6):
        gradients = [tf.constant(rng.normal(size=a.shape), tf.float32) for a in arrays]
        theirs.apply(gradients, variables)
        arrays, slots = apply(
            optimizer, arrays, gradients, slots, tf.constant(float(step)), tf.constant(0.02)
        )
    for ours, keras_own in zip(arrays, variables, strict=True):
        np.testing.assert_allclose(ours, keras_own.numpy(), atol=1e-6)


def test_two_epochs_equal_a_plain_keras_fit():
    rows = some_rows(64)
    made = Program(NETWORK, Optimizer("adam"), 16, FusedForward(NETWORK))
    ours, _ = trained(made, rows, rate=0.02)
    model = build_model(NETWORK)
    model.set_weights([np.asarray(a) for a in made.start(np.random.SeedSequence(3)).weights])
    loss = keras().losses.BinaryCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    model.compile(keras_optimizer(Optimizer("adam")), loss)
    model.fit(
        rows.windows, rows.targets[:, None], 16, 2, sample_weight=rows.weights, shuffle=False, verbose=0
    )
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_a_penalty_pulls_weights_towards_zero_and_its_size_is_by_hand():
    config = ConstraintConfig(kernel_regularizer="l2(0.5)", bias_regularizer="l1(0.25)")
    weights = list_weights(NETWORK)
    arrays = [np.full(w.shape, 2.0, np.float32) for w in weights]
    # Kernel 2 × 16 entries, 0.5 · 2² each; bias 16 entries, 0.25 · 2 each; state and head weights free.
    assert float(WeightConstraints(config, weights).penalty(arrays)) == pytest.approx(32 * 2.0 + 16 * 0.5)
    rows = some_rows(32)
    free, _ = trained(get_program(NETWORK, SGD, 16), rows, epochs=5)
    held, _ = trained(get_program(NETWORK, SGD, 16, config), rows, epochs=5)
    assert np.abs(held[0]).sum() < 0.8 * np.abs(free[0]).sum()


def test_a_bound_holds_after_every_step():
    config = ConstraintConfig(recurrent_constraint="max_norm(0.3)")
    held, _ = trained(get_program(NETWORK, SGD, 16, config), some_rows(32))
    free, _ = trained(get_program(NETWORK, SGD, 16), some_rows(32))
    assert np.linalg.norm(held[1], axis=0).max() <= 0.3 + 1e-6
    assert np.linalg.norm(free[1], axis=0).max() > 0.3


def lstm_state(bars, arrays):
    """State (h, c) of a plain loop over bars (n, channels)."""
    W, U, b = arrays[:3]
    h = c = np.zeros(U.shape[0])
    for bar in bars:
        i, f, g, o = np.split(bar @ W + h @ U + b, 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    return h, c


def test_stateful_place_goes_on_from_its_state_in_the_batch_before():
    """Two batches of seven one-minute bars, 15:04 to 15:10 and 15:11 to 15:17: bar i + 7 follows bar i."""
    network = Network("lstm", timesteps=1, channels=4, outputs=1, units=(3,), stateful=True)
    made, rows = get_program(network, SGD, 7), some_rows(14, network)
    minutes = Batches(np.arange(14, dtype=np.int32).reshape(2, 7), np.zeros((2, 7), np.float32))
    goes_on = Batches(minutes.rows, np.repeat([[0.0], [1.0]], 7, axis=1).astype(np.float32))
    goes_on.carried[1, 3] = 0.0  # this lane starts anew, as at the border of two symbols
    state, loaded = made.start(np.random.SeedSequence(0)), made.load(rows)
    arrays = [np.asarray(a) for a in state.weights]
    for _ in range(2):  # the second epoch starts from zero again
        state, _ = made.epoch(state, loaded, goes_on, 0.0)
        for place in range(7):
            seen = [7 + place] if place == 3 else [place, 7 + place]
            h, c = lstm_state(rows.windows[seen, 0], arrays)
            np.testing.assert_allclose(state.memory.carried[0][place], h, atol=1e-6)
            np.testing.assert_allclose(state.memory.carried[1][place], c, atol=1e-6)


def test_carried_state_changes_the_loss():
    network = Network("gru", timesteps=1, channels=4, outputs=1, units=(3, 2), stateful=True)
    made, rows = get_program(network, SGD, 7), some_rows(14, network)
    order = np.arange(14, dtype=np.int32).reshape(2, 7)
    losses = [
        made.epoch(made.start(np.random.SeedSequence(0)), made.load(rows), Batches(order, carried), 0.0)[1]
        for carried in (np.zeros((2, 7), np.float32), np.repeat([[0.0], [1.0]], 7, axis=1).astype(np.float32))
    ]
    assert abs(losses[0] - losses[1]) > 1e-4


def test_filling_up_the_last_batch_changes_nothing():
    rows = some_rows(19)
    one_batch, one_loss = trained(get_program(NETWORK, SGD, 19), rows)
    filled, filled_loss = trained(get_program(NETWORK, SGD, 32), rows)
    assert one_loss == pytest.approx(filled_loss, abs=1e-6)
    for a, b in zip(one_batch, filled, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_loss_of_an_epoch_is_the_weighted_mean_over_rows():
    rows, made = some_rows(21), get_program(NETWORK, SGD, 8)
    arrays, loss = trained(made, rows, epochs=1, rate=0.0)
    up = 1 / (1 + np.exp(-made.logits(arrays, rows.windows)[:, 0].astype(float)))
    entropy = -np.log(np.where(rows.targets == 1, up, 1 - up))
    assert loss == pytest.approx(np.average(entropy, weights=rows.weights), abs=1e-6)
    assert loss == pytest.approx(made.mean_loss(arrays, rows), abs=1e-6)


def test_other_row_counts_are_not_traced_again():
    made = Program(NETWORK, SGD, 16, FusedForward(NETWORK))
    for count in (5, 16, 40, 41, 100):
        arrays, _ = trained(made, some_rows(count), epochs=1)
        made.logits(arrays, some_rows(count).windows)
    counts = [f.experimental_get_tracing_count() for f in (made.compiled_steps, made.compiled_predict)]
    assert counts == [1, 1]


@pytest.mark.parametrize(("cell", "stateful"), [("lstm", False), ("gru", True)])
def test_the_batches_of_a_call_decide_no_bit(cell, stateful, monkeypatch):
    network = Network(cell, 5, 2, 1, (4,), stateful=stateful, layer_dropout=0.3)
    rows, found = some_rows(70, network), []
    for call in (1, 3, 64):
        monkeypatch.setattr(program, "CALL", call)
        made = Program(network, SGD, 16, FusedForward(network))
        assert made.call == call
        arrays, loss = trained(made, rows)
        found.append((b"".join(a.tobytes() for a in arrays), loss))
    assert found[0] == found[1] == found[2]


def test_large_batches_are_trained_one_by_one():
    network = Network("rnn", timesteps=600, channels=50, outputs=1, units=(4,))
    made = Program(network, SGD, 512, FusedForward(network))
    assert (made.call, Program(network, SGD, 32, FusedForward(network)).call) == (1, 4)  # 61 and 3.8 MB each


def test_one_program_an_architecture_and_process():
    assert get_program(NETWORK, SGD, 16) is get_program(Network(**vars(NETWORK)), Optimizer("sgd"), 16)
    assert get_program(NETWORK, SGD, 16) is not get_program(NETWORK, SGD, 17)


def test_a_row_has_the_same_bytes_alone_and_among_others():
    made = get_program(NETWORK, SGD, 16)
    arrays, _ = trained(made, some_rows(20), epochs=1)
    seen = some_rows(BLOCK + 30).windows
    whole = made.logits(arrays, seen)
    for number in (0, 1, BLOCK - 1, BLOCK, BLOCK + 29):
        assert (
            made.logits(arrays, seen[number : number + 1]).tobytes() == whole[number : number + 1].tobytes()
        )


def test_a_step_without_weight_leaves_finite_weights():
    rows = some_rows(8)._replace(weights=np.zeros(8, np.float32))
    arrays, loss = trained(get_program(NETWORK, SGD, 8), rows, epochs=1)
    assert loss == 0.0
    assert all(np.isfinite(a).all() for a in arrays)


class Scripted:
    """A program whose validation losses are written down; its weights count the epochs."""

    network = NETWORK
    batch_size = 1

    def __init__(self, losses):
        self.losses = losses

    def start(self, _seed, _initial):
        return State(0)

    def load(self, rows):
        return rows

    def epoch(self, state, _loaded, _order, _rate):
        return State(state.count + 1), 0.0

    def mean_loss(self, weights, rows):
        return self.losses[weights[0] - 1] if len(rows.weights) else float("nan")


class State:
    def __init__(self, count):
        self.count = count
        self.weights = [count]


def scripted(losses, patience):
    row = Rows(np.zeros((1, 1, 1), np.float32), np.array([1]), np.ones(1))
    return train(Scripted(losses), row, row, Schedule(len(losses), patience, 0.1), np.random.SeedSequence(0))


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4, 0.5]), min_size=1, max_size=12), st.integers(1, 4))
@settings(deadline=None)
def test_best_epoch_comes_back_and_training_stops_after_patience(losses, patience):
    learned = scripted(losses, patience)
    seen = [epoch.validation_loss for epoch in learned.history]
    np.testing.assert_allclose(seen, losses[: len(seen)])
    best = losses.index(min(losses[: len(seen)]))
    assert learned.weights == [best + 1]
    stopped_early = len(seen) < len(losses)
    assert not stopped_early or len(seen) - 1 - best == patience
    assert all(
        len(seen[: k + 1]) - 1 - int(np.argmin(losses[: k + 1])) < patience for k in range(len(seen) - 1)
    )


def test_without_validation_rows_the_last_weights_come_back():
    row = Rows(np.zeros((1, 1, 1), np.float32), np.array([1]), np.ones(1))
    none = Rows(*(part[:0] for part in row))
    learned = train(Scripted([0.5] * 4), row, none, Schedule(4, 0, 0.1), np.random.SeedSequence(0))
    assert learned.weights == [4]
    assert isinstance(learned.history[0], Epoch)
    assert np.isnan(learned.history[0].validation_loss)


def test_threads_are_set():
    threading = tensorflow().config.threading
    assert threading.get_intra_op_parallelism_threads() == threading.get_inter_op_parallelism_threads() == 1


def test_schedules_start_at_the_rate_and_fall():
    rates = {name: [Schedule(4, 0, 0.1, name).rate(epoch) for epoch in range(4)] for name in DECAYS}
    assert rates["constant"] == [0.1] * 4
    assert rates["linear"] == pytest.approx([0.1, 0.075, 0.05, 0.025])
    assert rates["cosine"] == pytest.approx([0.1, 0.1 * (2 + 2**0.5) / 4, 0.05, 0.1 * (2 - 2**0.5) / 4])
