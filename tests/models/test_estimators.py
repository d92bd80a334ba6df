"""The scikit-learn class of each learner."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor

from signalcli.models import estimators
from signalcli.models.registry import FORECASTERS, MODELS, create

OF_ONE_FILE = [name for name, entry in MODELS.items() if entry.target is None]


@pytest.mark.parametrize("name", OF_ONE_FILE)
def test_it_is_an_estimator_of_scikit_learn_that_survives_a_pickle(name):
    model = create(name)
    again = pickle.loads(pickle.dumps(clone(model)))  # noqa: S301 (its own)
    assert type(again) is type(model) is getattr(estimators, MODELS[name].class_name)
    assert isinstance(model, BaseEstimator)
    assert is_classifier(model)
    assert again.get_params() == model.get_params()


def test_forecasters_are_regressors():
    of_one_file = [name for name, entry in FORECASTERS.items() if entry.target is None]
    assert of_one_file == ["persistence", "ar", "tree"]
    assert all(is_regressor(create(name, FORECASTERS)) for name in of_one_file)


@pytest.mark.parametrize("name", ["logistic", "tree"])
def test_a_row_of_weight_zero_is_as_if_absent(name, rng):
    X = rng.normal(size=(300, 4))
    y = (X[:, 0] + rng.normal(size=300) > 0).astype("int64")
    weight = (np.arange(300) % 3 > 0).astype(float)
    weighted = create(name).fit(X, y, sample_weight=weight).predict_proba(X)
    fewer = create(name).fit(X[weight > 0], y[weight > 0]).predict_proba(X)
    np.testing.assert_allclose(weighted, fewer, rtol=1e-9)
    assert not np.allclose(weighted, create(name).fit(X, y).predict_proba(X))


def test_there_is_no_class_of_another_name():
    with pytest.raises(AttributeError, match="has no attribute 'Oracle'"):
        _ = estimators.Oracle
