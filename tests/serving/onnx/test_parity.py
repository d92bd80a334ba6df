"""A saved model says what the fitted one says, row by row, for every model family."""

import numpy as np
import onnx
import pytest
from scipy.special import ndtr

from saved_models import FURTHER, KINDS, SPEC, THREE, bundle_files, features, fitted, saved
from signalcli.serving.bundle.load import load
from signalcli.serving.bundle.manifest import from_bytes
from signalcli.serving.bundle.manifest_schema import GRAPH, SELFCHECK
from signalcli.serving.onnx.autoregressive import TAIL
from signalcli.serving.onnx.session import BLOCK, Session
from signalcli.training.arrays import matrix

RECURRENT = ("rnn", "lstm", "gru")
OF_THREE = (
    "majority",
    "persistence",
    "ar-auto",
    "logistic",
    "tree",
    "lstm",
    "ensemble",
    "tree-platt",
    "tree-isotonic",
)
EVERY = [(kind, SPEC) for kind in KINDS] + [(kind, THREE) for kind in OF_THREE]
NAMES = [f"{kind}-{'two' if config is SPEC else 'three'}" for kind, config in EVERY]


def tolerance(kind):
    return 1e-6 if kind.startswith(RECURRENT) else 1e-7


@pytest.mark.parametrize(("kind", "config"), EVERY, ids=NAMES)
def test_the_graph_says_what_the_estimator_says(kind, config):
    fit = fitted(kind, config)
    rows = matrix(fit.trained_on, fit.inputs)
    found = Session(bundle_files(kind, config)[GRAPH]).probabilities(rows)
    wanted = fit.estimator.predict_proba(rows)
    assert found.shape == wanted.shape == (len(rows), len(fit.estimator.classes_))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance(kind))
    if kind != "majority":
        assert np.ptp(wanted[:, -1]) > 0 or kind == "ar-0"


@pytest.mark.parametrize("kind", FURTHER)
def test_what_changes_the_arithmetic_is_in_the_graph(kind):
    fit = fitted(kind)
    rows = matrix(fit.trained_on, fit.inputs)
    content = bundle_files(kind)[GRAPH]
    session, wanted = Session(content), fit.estimator.predict_proba(rows)
    np.testing.assert_allclose(
        session.probabilities(rows), wanted, rtol=0, atol=1e-7 if kind == "stack" else 1e-6
    )
    assert np.ptp(wanted[:, -1]) > 1e-4  # it says something
    alone = np.concatenate([session.probabilities(row[np.newaxis]) for row in rows[:40]])
    np.testing.assert_array_equal(session.probabilities(rows[:40]), alone)
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    assert onnx.load_from_string(content).SerializeToString() == content


@pytest.mark.parametrize(("kind", "config"), EVERY, ids=NAMES)
def test_a_row_is_bit_equal_alone_and_among_others(kind, config):
    fit = fitted(kind, config)
    rows = matrix(fit.trained_on, fit.inputs)[: 2 * BLOCK + 5]
    session = Session(bundle_files(kind, config)[GRAPH])
    batch = session.probabilities(rows)
    alone = np.concatenate([session.probabilities(rows[i : i + 1]) for i in range(len(rows))])
    np.testing.assert_array_equal(batch, alone)
    np.testing.assert_array_equal(session.probabilities(rows[::-1])[::-1], batch)


@pytest.mark.parametrize(("kind", "config"), EVERY, ids=NAMES)
def test_the_file_is_what_onnx_itself_would_write(kind, config):
    content = bundle_files(kind, config)[GRAPH]
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert model.SerializeToString() == content
    assert {node.domain for node in model.graph.node} == {""}
    assert not model.functions


@pytest.mark.parametrize("kind", ["tree", "tree-deep"])
def test_trees_part_at_the_very_threshold(kind):
    """Single precision would put a value next to a threshold on the wrong side."""
    fit = fitted(kind)
    thresholds = [
        (node["split_feature"], node["threshold"])
        for tree in fit.estimator.booster_.booster_.dump_model()["tree_info"]
        for node in splits(tree["tree_structure"])
    ]
    assert len(thresholds) > 50
    row = matrix(fit.trained_on, fit.inputs)[:1]
    rows = np.repeat(row, 3 * len(thresholds), axis=0)
    for i, (feature, threshold) in enumerate(thresholds):
        rows[3 * i : 3 * i + 3, feature] = np.nextafter(threshold, [-np.inf, threshold, np.inf])
    found = Session(bundle_files(kind)[GRAPH]).probabilities(rows)
    np.testing.assert_allclose(found, fit.estimator.predict_proba(rows), rtol=0, atol=1e-12)


def splits(node):
    if "left_child" in node:
        yield node
        yield from splits(node["left_child"])
        yield from splits(node["right_child"])


def test_the_gaussian_is_right_far_into_its_tails():
    """The polynomial beside scipy's ndtr, over all distances that matter."""
    z = np.concatenate([np.linspace(-40, 40, 20_001), [-np.inf, np.inf, 0.0, -1e-300, 1e-300]])
    with np.errstate(over="ignore"):
        a = np.abs(z) * np.sqrt(0.5)
        t = 2.0 / (a + 2.0)
        tail = 0.5 * t * np.exp(np.polyval(TAIL[::-1], 2.0 * t - 1.0) - a * a)
    np.testing.assert_allclose(np.where(z < 0, tail, 1.0 - tail), ndtr(z), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("kind", "config"), EVERY, ids=NAMES)
def test_saving_twice_gives_the_same_bytes(kind, config):
    from signalcli.serving.bundle.describe import Origin
    from signalcli.serving.bundle.save import make_bundle

    assert make_bundle(fitted(kind, config), features(config), Origin())[1] == bundle_files(kind, config)


def test_the_self_check_has_the_exact_numbers():
    files = bundle_files("logistic")
    fit = fitted("logistic")
    manifest = from_bytes(files[next(name for name in files if name.endswith("json"))])
    head, *lines = files[SELFCHECK].decode().splitlines()
    assert head.split(",") == [*manifest.columns, "p_flat", "p_up"]
    rows = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    assert len(rows) == 32
    every = matrix(fit.trained_on, fit.inputs)
    np.testing.assert_array_equal(rows[0, :-2], every[0])
    np.testing.assert_array_equal(rows[-1, :-2], every[-1])
    np.testing.assert_allclose(rows[:, -2:], fit.estimator.predict_proba(rows[:, :-2]), rtol=0, atol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_comes_back_from_disk(kind, tmp_path):
    bundle = load(saved(tmp_path / "model", kind))
    assert bundle.manifest.model == KINDS[kind][0]
    assert bundle.selfcheck_error() == 0.0
    assert bundle.manifest.columns == fitted(kind).inputs.columns
