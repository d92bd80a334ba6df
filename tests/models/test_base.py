"""Inputs that need no further check give what the checks of scikit-learn give; all others are checked."""

import numpy as np
import pandas as pd
import pytest

from signalcli.models.registry import create

RNG = np.random.default_rng(5)
X = RNG.normal(size=(80, 4))
Y = (X[:, 0] + RNG.normal(size=80) > 0).astype("int64")


@pytest.mark.parametrize("model", ["majority", "persistence", "ar", "logistic", "tree"])
def test_a_checked_copy_gives_the_same_bytes(model):
    clean = create(model).fit(X, Y)
    checked = create(model).fit(X.tolist(), Y.tolist())
    assert clean.n_features_in_ == checked.n_features_in_ == 4
    assert np.array_equal(clean.predict_proba(X), checked.predict_proba(np.asfortranarray(X)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(bad):
    wrong = X.copy()
    wrong[3, 2] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        create("majority").fit(wrong, Y)
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        create("majority").fit(X, Y).predict_proba(wrong)


@pytest.mark.parametrize("y", [Y + 0.5, Y[:-1], np.array([Y, Y]).T])
def test_labels_that_are_no_classes_are_refused(y):
    with pytest.raises(ValueError, match=r"continuous|inconsistent|1d array|multilabel"):
        create("majority").fit(X, y)


def test_another_number_of_columns_is_refused():
    with pytest.raises(ValueError, match="3 features"):
        create("majority").fit(X, Y).predict_proba(np.ascontiguousarray(X[:, :3]))


def test_names_of_an_earlier_fit_are_forgotten():
    model = create("majority").fit(pd.DataFrame(X, columns=list("abcd")), Y)
    assert list(model.feature_names_in_) == list("abcd")
    assert not hasattr(model.fit(X, Y), "feature_names_in_")
