"""Each measure against another way to compute it."""

import lightgbm
import numpy as np
import pytest
from sklearn.inspection import permutation_importance as of_sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss

from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.registry import create
from signalcli.research.importance.attributions import contributions, gradients_times_inputs, mean_size
from signalcli.research.importance.noise import noise_floor
from signalcli.research.importance.permutation import permutation_importance
from signalcli.research.importance.scores import loss


def rows(classes=2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(300, 4))
    y = np.digitize(X[:, 0] - 0.5 * X[:, 1] + rng.normal(size=300), [0.0] if classes == 2 else [-0.7, 0.7])
    return X, y if classes == 2 else y - 1


def test_permutation_is_that_of_scikit_learn():
    X, y = rows()
    model = LogisticRegression().fit(X, y)
    theirs = of_sklearn(model, X, y, scoring="neg_log_loss", n_repeats=4, random_state=7)
    seed = np.random.RandomState(7).randint(np.iinfo(np.int32).max + 1)
    for column in range(4):
        draws, index, orders = np.random.RandomState(seed), np.arange(len(y)), [np.arange(len(y))]
        for _ in range(4):  # theirs shuffles the column that was shuffled before
            draws.shuffle(index)
            orders.append(orders[-1][index])
        ours = permutation_importance(model, X, y, [column], orders[1:])
        assert ours == pytest.approx(theirs.importances[column], abs=1e-12)


def test_columns_of_a_group_are_shuffled_together():
    X, y = rows()
    X[:, 3] = -X[:, 2]

    class Sum:
        classes_ = np.array([0, 1])

        def predict_proba(self, X):
            assert np.allclose(X[:, 3], -X[:, 2])
            return np.full((len(X), 2), 0.5)

    order = np.random.default_rng(0).permutation(len(y))
    assert permutation_importance(Sum(), X, y, [2, 3], [order]) == [0.0]


@pytest.mark.parametrize("classes", [2, 3])
def test_losses_are_those_of_scikit_learn(classes):
    X, y = rows(classes)
    model = LogisticRegression().fit(X, y)
    p, known = model.predict_proba(X), model.classes_
    assert loss("log_loss", p, y, known) == pytest.approx(log_loss(y, p))
    assert loss("accuracy", p, y, known) == pytest.approx(1 - model.score(X, y))
    if classes == 2:
        assert loss("brier", p, y, known) == pytest.approx(2 * brier_score_loss(y, p[:, 1]))


def test_a_label_that_was_never_trained_on_has_probability_zero():
    p = np.array([[0.4, 0.6]])
    assert loss("brier", p, np.array([-1]), np.array([0, 1])) == pytest.approx(0.16 + 0.36 + 1)
    assert loss("accuracy", p, np.array([-1]), np.array([0, 1])) == 1.0
    assert loss("log_loss", p, np.array([-1]), np.array([0, 1])) == pytest.approx(
        -np.log(np.finfo(float).eps)
    )


@pytest.mark.parametrize("classes", [2, 3])
def test_contributions_sum_to_the_raw_score(classes):
    X, y = rows(classes)
    model = create("tree", n_estimators=20).fit(X, y)
    raw = model.booster_.predict(X, raw_score=True)
    values = contributions(model, X)
    assert values.shape == (300, 5)
    assert values.sum(axis=1) == pytest.approx(raw if classes == 2 else raw[:, -1], abs=1e-9)
    assert mean_size(values, [0, 1]) == pytest.approx(np.abs(values[:, 0] + values[:, 1]).mean())


def test_contributions_below_calibration_and_in_a_model_of_ones_own():
    X, y = rows()
    calibrated = Calibrated(create("tree", n_estimators=5), "platt", 0).fit(X, y)
    assert (contributions(calibrated, X) == contributions(calibrated.model, X)).all()
    own = create("lightgbm:LGBMClassifier", n_estimators=5).fit(X, y)
    by_hand = lightgbm.LGBMClassifier(n_estimators=5, random_state=0).fit(X, y)
    assert contributions(own, X) == pytest.approx(by_hand.predict(X, pred_contrib=True))
    assert contributions(create("logistic").fit(X, y), X) is None


@pytest.mark.parametrize("classes", [2, 3])
def test_gradient_times_input_is_a_difference_of_log_odds(classes):
    X, y = rows(classes)
    model = NetworkClassifier(cell="lstm", channels=2, units=3, epochs=2, batch_size=64).fit(X, y)
    values = gradients_times_inputs(model, X[:20])
    step = 1e-2
    for column in range(4):
        unit = model.scale_.deviation[column % 2] * step
        scaled = (X[:20, column] - model.scale_.mean[column % 2]) / model.scale_.deviation[column % 2]
        slope = (log_odds(model, moved(X, column, unit)) - log_odds(model, moved(X, column, -unit))) / (
            2 * step
        )
        assert values[:, column] == pytest.approx(slope * scaled, abs=2e-4)
    assert gradients_times_inputs(create("logistic").fit(X, y), X) is None


def moved(X, column, by):
    return X[:20] + by * (np.arange(4) == column)


def log_odds(model, X):
    up = model.predict_proba(X)[:, -1]
    return np.log(up / (1 - up))


def test_the_floor_is_the_bound_of_one_more_copy():
    # five draws: mean 3, deviation √2.5, t of 4 degrees 2.131847; √(1 + 1/5)
    assert noise_floor(np.arange(1.0, 6.0)) == pytest.approx(3 + 2.1318468 * 2.5**0.5 * 1.2**0.5)
    assert noise_floor(np.array([0.0] * 50 + [1.0])) == 1.0
    assert np.isnan(noise_floor(np.array([1.0])))
