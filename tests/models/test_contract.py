"""What scikit-learn asks of a classifier, and what we ask beyond it, of every model that is no network."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from signalcli.models.fields import Parameter
from signalcli.models.registry import MODELS, create

NAMES = [name for name, entry in MODELS.items() if entry.reads != "sequence"]


# No exceptions: `expected_failed_checks` would list them here, each with its reason.
@parametrize_with_checks([create(name) for name in NAMES])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.fixture(params=NAMES)
def model(request):
    return create(request.param)


@pytest.fixture
def rows(rng):
    """Windows of ten returns, and directions of two and of three classes."""
    series = 0.01 * rng.standard_normal(409)
    X = np.lib.stride_tricks.sliding_window_view(series, 10).copy()
    two = (rng.random(400) < 0.6).astype("int64")
    three = rng.choice([-1, 0, 1], size=400, p=[0.3, 0.2, 0.5])
    return X, two, three


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_of_the_classes_sum_to_one(model, rows, n_classes):
    X, y = rows[0], rows[n_classes - 1]
    p = model.fit(X, y).predict_proba(X)
    assert p.shape == (400, n_classes)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-12)
    assert model.classes_.tolist() == ([0, 1] if n_classes == 2 else [-1, 0, 1])
    np.testing.assert_array_equal(model.predict(X), model.classes_[p.argmax(axis=1)])


def test_inputs_are_left_as_they_were(model, rows):
    X, y, _ = rows
    kept = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    model.fit(X, y)
    model.predict_proba(X)
    np.testing.assert_array_equal(X, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_the_same_fit_twice_gives_the_same_bytes(model, rows):
    X, y, _ = rows
    first = clone(model).fit(X, y).predict_proba(X)
    assert clone(model).fit(X, y).predict_proba(X).tobytes() == first.tobytes()
    assert (
        model.fit(X, 1 - y).fit(X, y).predict_proba(X).tobytes() == first.tobytes()
    )  # a fit forgets the last


def test_a_row_is_answered_by_itself(model, rows):
    X, y, _ = rows
    model.fit(X, y)
    together = model.predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(X[5:6]), together[5:6], atol=1e-14)
    np.testing.assert_allclose(model.predict_proba(X[::-1]), together[::-1], atol=1e-14)


def test_one_class_is_certain(model, rows):
    X = rows[0]
    assert (model.fit(X, np.ones(400)).predict_proba(X) == np.ones((400, 1))).all()


@pytest.mark.parametrize("value", ["abc", None, True, 0.5, -1, np.nan])
def test_a_number_outside_its_range_is_refused_at_fit(value):
    with pytest.raises(ValueError, match=r"units=.*: must be a whole number from 1 to 9"):
        Parameter("units", 3, "", low=1, high=9).check(value)


@pytest.mark.parametrize("value", ["abc", None, True, -0.1, 1.5, np.nan])
def test_a_float_default_allows_any_number_of_the_range(value):
    share = Parameter("share", 0.5, "", low=0, high=1)
    share.check(np.float32(0.25))
    with pytest.raises(ValueError, match=r"share=.*: must be a number from 0 to 1"):
        share.check(value)


def test_the_ends_of_a_range_are_inside():
    whole = Parameter("units", 3, "", low=1, high=9)
    whole.check(1)
    whole.check(np.int64(9))
    Parameter("rate", 0.1, "", low=1e-6).check(1e-6)


def test_choices_stand_beside_a_range():
    order = Parameter("p", "auto", "", low=0, choices=("auto",))
    order.check("auto")
    order.check(3)
    with pytest.raises(ValueError, match="p='atuo': must be a whole number"):
        order.check("atuo")
    kind = Parameter("kind", "adam", "", choices=("adam", "sgd"))
    with pytest.raises(ValueError, match=r"kind='adm': did you mean adam\?"):
        kind.check("adm")
    with pytest.raises(ValueError, match="kind=3: must be adam or sgd"):
        kind.check(3)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("ar", {"p": -1}),
        ("ar", {"p": 1.5}),
        ("ar", {"p": "three"}),
        ("ar", {"max_p": -1}),
        ("ar", {"criterion": "tea"}),
        ("ar", {"p": 10}),  # needs an eleventh return as the target
        ("logistic", {"C": 0}),
        ("logistic", {"max_iter": 0}),
        ("tree", {"n_estimators": 0}),
        ("tree", {"n_estimators": "abc"}),
        ("tree", {"num_leaves": 1}),
        ("tree", {"learning_rate": 0}),
        ("tree", {"subsample": 1.1}),
        ("tree", {"colsample_bytree": 0}),
        ("tree", {"min_child_samples": -1}),
        ("tree", {"reg_lambda": -1}),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_in_silence(name, setting, rows, capfd):
    X, y, _ = rows
    with pytest.raises(ValueError, match=next(iter(setting))):
        create(name, **setting).fit(X, y)
    assert capfd.readouterr() == ("", "")
