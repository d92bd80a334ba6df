"""LightGBM inside our contract."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from signalcli.models.estimators import TreeClassifier


@pytest.fixture(scope="module")
def rows():
    """The direction is the sign of the product of two of six features, one time in ten turned around."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 6))
    turned = np.where(rng.random(2000) < 0.1, -1, 1)
    return X, (X[:, 1] * X[:, 4] * turned > 0).astype(int)


def trees(model):
    """All splits and leaves as text, without the settings behind them."""
    return model.booster_.booster_.model_to_string().partition("\nparameters:")[0]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(rows):
    first, again, other = (TreeClassifier(random_state=seed).fit(*rows) for seed in (3, 3, 4))
    assert trees(first) == trees(again)
    assert trees(first) != trees(other)
    assert first.predict_proba(rows[0]).tobytes() == again.predict_proba(rows[0]).tobytes()
    assert first.predict_proba(rows[0]).tobytes() != other.predict_proba(rows[0]).tobytes()


@pytest.mark.parametrize("n_rows", [200, 2000])
def test_the_number_of_threads_decides_no_bit(rows, monkeypatch, n_rows):
    X, y = rows[0][:n_rows], rows[1][:n_rows]
    made = []
    for threads in (1, 2, 3):
        monkeypatch.setattr("signalcli.models.families.trees._threads", lambda _, n=threads: n)
        model = TreeClassifier(n_estimators=8).fit(X, y)
        assert model.booster_.n_jobs == threads
        made.append((trees(model), model.predict_proba(X).tobytes()))
    assert made[0] == made[1] == made[2]


def test_probabilities_are_those_of_lightgbm(rows):
    X, two = rows
    three = np.digitize(X[:, 0], [-0.5, 0.5]) - 1
    for y in (two, three):
        model = TreeClassifier(n_estimators=10).fit(X, y)
        np.testing.assert_array_equal(model.predict_proba(X), model.booster_.predict_proba(X))
        np.testing.assert_array_equal(model.booster_.classes_, model.classes_)


def test_every_setting_reaches_the_library(rows):
    settings = {
        "n_estimators": 7,
        "learning_rate": 0.21,
        "num_leaves": 5,
        "min_child_samples": 33,
        "subsample": 0.7,
        "colsample_bytree": 0.6,
        "reg_lambda": 2.5,
        "random_state": 11,
    }
    model = TreeClassifier(**settings)
    assert model.get_params() == settings
    inner = model.fit(*rows).booster_
    assert inner.get_params().items() >= settings.items()
    assert inner.booster_.num_trees() == 7


@pytest.mark.parametrize("setting", [{"subsample": 0.3}, {"colsample_bytree": 0.3}, {"reg_lambda": 50.0}])
def test_settings_with_a_switch_of_their_own_are_switched_on(rows, setting):
    plain = {"subsample": 1.0, "colsample_bytree": 1.0, "n_estimators": 5}
    assert trees(TreeClassifier(**plain).fit(*rows)) != trees(TreeClassifier(**plain | setting).fit(*rows))


def test_a_product_of_two_features_is_found(rows):
    X, y = rows
    model = TreeClassifier(n_estimators=200).fit(X[:1500], y[:1500])
    assert accuracy_score(y[1500:], model.predict(X[1500:])) > 0.75


def test_fitting_says_nothing(rows, capfd):
    X, y = rows
    TreeClassifier(n_estimators=3).fit(np.zeros((50, 2)), y[:50]).predict(np.zeros((50, 2)))
    TreeClassifier(n_estimators=3, min_child_samples=5000).fit(X, y).predict(X)
    assert capfd.readouterr() == ("", "")
