"""The compiled loop: the same numbers as Keras, no padding effects, no second trace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.models.forward import Fused, Layers
from signalcli.models.learning import Epoch, Plan, cross_entropy, learn
from signalcli.models.network import Network, build
from signalcli.models.optimizers import Optimizer
from signalcli.models.runtime import keras, tensorflow
from signalcli.models.training import BLOCK, Program, Rows, program

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
        state, loss = made.epoch(state, loaded, np.arange(len(rows.labels)), rate)
    return [np.asarray(a) for a in state.weights], loss


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(("outputs", "units", "bidirectional"), [(1, (4, 3), False), (3, (4,), True)])
def test_fused_and_keras_layers_train_to_the_same_weights(cell, outputs, units, bidirectional):
    network = Network(cell, 5, 2, outputs, units, bidirectional)
    rows = some_rows(70, network)
    ours, loss = trained(Program(network, SGD, 16, Fused(network)), rows)
    reference, reference_loss = trained(Program(network, SGD, 16, Layers(network)), rows)
    assert loss == pytest.approx(reference_loss, abs=1e-5)
    for a, b in zip(ours, reference, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def keras_optimizer(optimizer):
    made = {
        "adam": keras().optimizers.Adam,
        "rmsprop": keras().optimizers.RMSprop,
        "sgd": keras().optimizers.SGD,
    }
    return made[optimizer.name](learning_rate=0.05, clipnorm=optimizer.clipnorm or None)


@pytest.mark.parametrize(
    "optimizer",
    [Optimizer("adam"), Optimizer("rmsprop"), Optimizer("sgd"), Optimizer("sgd", clipnorm=0.01)],
    ids=str,
)
def test_two_epochs_equal_a_plain_keras_fit(optimizer):
    rows = some_rows(64)
    made = Program(NETWORK, optimizer, 16, Fused(NETWORK))
    ours, _ = trained(made, rows)
    model = build(NETWORK)
    model.set_weights([np.asarray(a) for a in made.start(np.random.SeedSequence(3)).weights])
    model.compile(
        keras_optimizer(optimizer),
        keras().losses.BinaryCrossentropy(from_logits=True, reduction="mean_with_sample_weight"),
    )
    model.fit(
        rows.windows,
        rows.labels[:, None],
        sample_weight=rows.weights,
        batch_size=16,
        epochs=2,
        shuffle=False,
        verbose=0,
    )
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_filling_up_the_last_batch_changes_nothing():
    rows = some_rows(19)
    one_batch, one_loss = trained(program(NETWORK, SGD, 19), rows)
    filled, filled_loss = trained(program(NETWORK, SGD, 32), rows)
    assert one_loss == pytest.approx(filled_loss, abs=1e-6)
    for a, b in zip(one_batch, filled, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_loss_of_an_epoch_is_the_weighted_mean_over_rows():
    rows, made = some_rows(21), program(NETWORK, SGD, 8)
    arrays, loss = trained(made, rows, epochs=1, rate=0.0)
    assert loss == pytest.approx(
        cross_entropy(made.logits(arrays, rows.windows), rows.labels, rows.weights), abs=1e-6
    )


def test_cross_entropy_by_hand():
    # Logits 0 and log 3 mean probabilities 1/2, 1/2 and 1/4, 3/4; true classes 1 and 0, weights 1 and 3.
    logits = np.array([[0.0], [np.log(3.0)]])
    expected = (1 * np.log(2) + 3 * np.log(4)) / 4
    assert cross_entropy(logits, np.array([1, 0]), np.array([1.0, 3.0])) == pytest.approx(expected)


def test_other_row_counts_are_not_traced_again():
    made = Program(NETWORK, SGD, 16, Fused(NETWORK))
    for count in (5, 16, 40, 41, 100):
        arrays, _ = trained(made, some_rows(count), epochs=1)
        made.logits(arrays, some_rows(count).windows)
    counts = [
        f.experimental_get_tracing_count()
        for f in (made.compiled_step, made.compiled_epoch, made.compiled_predict)
    ]
    assert counts == [1, 1, 1]


def test_one_program_an_architecture_and_process():
    assert program(NETWORK, SGD, 16) is program(Network(**vars(NETWORK)), Optimizer("sgd"), 16)
    assert program(NETWORK, SGD, 16) is not program(NETWORK, SGD, 17)


def test_a_row_has_the_same_bytes_alone_and_among_others():
    made = program(NETWORK, SGD, 16)
    arrays, _ = trained(made, some_rows(20), epochs=1)
    seen = some_rows(BLOCK + 30).windows
    whole = made.logits(arrays, seen)
    for number in (0, 1, BLOCK - 1, BLOCK, BLOCK + 29):
        assert (
            made.logits(arrays, seen[number : number + 1]).tobytes() == whole[number : number + 1].tobytes()
        )


def test_a_step_without_weight_leaves_finite_weights():
    rows = some_rows(8)._replace(weights=np.zeros(8, np.float32))
    arrays, loss = trained(program(NETWORK, SGD, 8), rows, epochs=1)
    assert loss == 0.0
    assert all(np.isfinite(a).all() for a in arrays)


class Scripted:
    """A program whose validation losses are written down; its weights count the epochs."""

    def __init__(self, losses):
        self.losses = losses

    def start(self, _seed):
        return State(0)

    def load(self, rows):
        return rows

    def epoch(self, state, _loaded, _order, _rate):
        return State(state.count + 1), 0.0

    def logits(self, weights, _windows):
        # One row of class 1 with logit z loses log(1 + exp(-z)).
        return np.array([[-np.log(np.expm1(self.losses[weights[0] - 1]))]])


class State:
    def __init__(self, count):
        self.count = count
        self.weights = [count]


def scripted(losses, patience):
    row = Rows(np.zeros((1, 1, 1), np.float32), np.array([1]), np.ones(1))
    return learn(Scripted(losses), row, row, Plan(len(losses), patience, 0.1), np.random.SeedSequence(0))


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
    learned = learn(Scripted([0.5] * 4), row, none, Plan(4, 0, 0.1), np.random.SeedSequence(0))
    assert learned.weights == [4]
    assert isinstance(learned.history[0], Epoch)
    assert np.isnan(learned.history[0].validation_loss)


def test_threads_are_set():
    threading = tensorflow().config.threading
    assert threading.get_intra_op_parallelism_threads() == threading.get_inter_op_parallelism_threads() == 1
