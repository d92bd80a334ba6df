"""Classification metrics against scikit-learn, and where scikit-learn has no word for "undefined"."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from signalcli.evaluation.metrics.classification import auc, brier, log_loss
from signalcli.evaluation.metrics.confusion import (
    accuracy,
    balanced_accuracy,
    base_rate,
    collapsed,
    confusion_matrix,
    f1,
    f1_macro,
    matthews,
    precision,
    recall,
)

TWO, THREE = np.array([0, 1]), np.array([-1, 0, 1])
EMPTY = np.array([])


@st.composite
def answers(draw, classes=None):
    """Labels, answers, probabilities (coarse, so that they tie), and the classes."""
    classes = draw(st.sampled_from([TWO, THREE])) if classes is None else classes
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    n = draw(st.integers(1, 60))
    y, predicted = rng.choice(classes, n), rng.choice(classes, n)
    weights = rng.integers(0, 4, (n, len(classes))) + 0.01
    return y, predicted, weights / weights.sum(axis=1, keepdims=True), classes


@given(answers())
def test_accuracy(case):
    y, predicted, _, classes = case
    counts = confusion_matrix(y, predicted, classes)
    np.testing.assert_array_equal(counts.cells, sk.confusion_matrix(y, predicted, labels=classes))
    assert accuracy(counts) == sk.accuracy_score(y, predicted)
    assert counts.hits == (y == predicted).sum()


@given(answers())
def test_balanced_accuracy(case):
    y, predicted, _, classes = case
    assume(len(set(y)) > 1)
    found = balanced_accuracy(confusion_matrix(y, predicted, classes))
    matrix = sk.confusion_matrix(y, predicted, labels=np.unique(np.r_[y, predicted]))
    shares = [row[i] / row.sum() for i, row in enumerate(matrix) if row.sum()]
    assert found == pytest.approx(np.mean(shares), abs=1e-15)
    if set(predicted) <= set(y):  # scikit-learn warns otherwise
        assert found == pytest.approx(sk.balanced_accuracy_score(y, predicted))


@given(answers())
def test_matthews(case):
    y, predicted, _, classes = case
    found = matthews(confusion_matrix(y, predicted, classes))
    if len(set(y)) == 1 or len(set(predicted)) == 1:
        assert np.isnan(found)  # scikit-learn says 0
    else:
        assert found == pytest.approx(sk.matthews_corrcoef(y, predicted), abs=1e-12)


@given(answers())
def test_log_loss(case):
    y, _, p, classes = case
    assert log_loss(y, p, classes) == pytest.approx(sk.log_loss(y, p, labels=classes), rel=1e-12)


@given(answers(TWO))
def test_brier(case):
    y, _, p, _ = case
    assert brier(y, p[:, 1]) == pytest.approx(sk.brier_score_loss(y, p[:, 1], labels=TWO), abs=1e-15)


@given(answers())
def test_auc_with_ties(case):
    y, _, p, _ = case
    up = y == 1
    if up.all() or not up.any():
        assert np.isnan(auc(y, p[:, -1]))
        return
    assert auc(y, p[:, -1]) == pytest.approx(sk.roc_auc_score(up, p[:, -1]), abs=1e-12)
    pairs = [(a > b) + 0.5 * (a == b) for a in p[up, -1] for b in p[~up, -1]]
    assert auc(y, p[:, -1]) == pytest.approx(np.mean(pairs), abs=1e-12)


@given(answers())
def test_base_rate_is_the_accuracy_of_always_up_or_of_the_most_frequent_of_three(case):
    y, _, _, classes = case
    shares = [np.mean(y == c) for c in classes]
    constant = classes[-1] if len(classes) == 2 else classes[int(np.argmax(shares))]
    always = confusion_matrix(y, np.full(len(y), constant), classes)
    assert base_rate(always) == accuracy(always) == (shares[-1] if len(classes) == 2 else max(shares))


def test_base_rate_of_three_classes_by_hand():
    y = np.array([0, 0, 0, 0, 0, 0, -1, -1, 1, 1])  # six of ten are flat
    assert base_rate(confusion_matrix(y, y, np.array([-1, 0, 1]))) == 0.6


@given(answers())
def test_precision_recall_and_f1_of_each_class(case):
    y, predicted, _, classes = case
    counts = confusion_matrix(y, predicted, classes)
    for i, c in enumerate(classes):
        for found, theirs in ((precision, sk.precision_score), (recall, sk.recall_score), (f1, sk.f1_score)):
            expected = theirs(y, predicted, labels=[c], average="micro", zero_division=np.nan)
            assert found(counts, i) == pytest.approx(expected, nan_ok=True), found.__name__


@given(answers())
def test_macro_f1_is_the_mean_over_the_classes(case):
    y, predicted, _, classes = case
    found = f1_macro(confusion_matrix(y, predicted, classes))
    assert found == pytest.approx(sk.f1_score(y, predicted, average="macro"), abs=1e-12)


def test_no_rows_is_undefined():
    none = confusion_matrix(EMPTY, EMPTY, TWO)
    values = [
        *(
            of_none(none)
            for of_none in (accuracy, balanced_accuracy, base_rate, matthews, collapsed, f1_macro)
        ),
        *(of_none(none, 0) for of_none in (precision, recall, f1)),
        log_loss(EMPTY, np.empty((0, 2)), TWO),
        brier(EMPTY, EMPTY),
        auc(EMPTY, EMPTY),
    ]
    assert np.isnan(values).all()


def test_one_class_is_undefined_where_two_are_compared():
    up = np.ones(5)
    counts = confusion_matrix(up, up, TWO)
    assert np.isnan([balanced_accuracy(counts), matthews(counts), precision(counts, 0), f1(counts, 0)]).all()
    assert np.isnan(auc(up, np.linspace(0, 1, 5)))
    assert accuracy(counts) == 1


def test_an_unknown_probability_is_not_passed_over_in_silence():
    y = np.array([0, 1, 1])
    p_up = np.array([0.2, np.nan, 0.9])
    assert np.isnan(brier(y, p_up))
    assert np.isnan(auc(y, p_up))
    assert np.isnan(log_loss(y, np.column_stack([1 - p_up, p_up]), TWO))


def test_certain_and_wrong_is_dear_not_infinite():
    loss = log_loss(np.array([1]), np.array([[1.0, 0.0]]), TWO)
    assert loss == pytest.approx(-np.log(np.finfo(float).eps))


def test_a_coin_scores_what_the_docstrings_say():
    y = np.array([0, 1, 1, 0])
    assert log_loss(y, np.full((4, 2), 0.5), TWO) == pytest.approx(np.log(2))
    assert brier(y, np.full(4, 0.5)) == 0.25
    assert auc(y, np.full(4, 0.5)) == 0.5
    assert balanced_accuracy(confusion_matrix(y, np.ones(4), TWO)) == 0.5


@pytest.mark.parametrize(("same", "mark"), [(96, 1), (95, 0), (100, 1), (50, 0)])
def test_collapsed_is_more_than_95_percent(same, mark):
    y, said = np.arange(100) % 2, np.r_[np.ones(same), np.zeros(100 - same)]
    assert collapsed(confusion_matrix(y, said, TWO)) == mark
    assert collapsed(confusion_matrix(y, 1 - said, TWO)) == mark
