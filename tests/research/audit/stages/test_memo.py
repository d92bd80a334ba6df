"""Remembered fits: the same bytes once, any other byte anew."""

import numpy as np
import pytest

from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.models.registry import create
from signalcli.research.audit.stages.memo import Memo

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(60, 3)), rng.integers(0, 2, 60)


def test_equal_bytes_give_the_same_estimator():
    memo = Memo()
    assert memo(create("logistic"), X, Y, None) is memo(create("logistic"), X.copy(), Y.copy(), None)


@pytest.mark.parametrize(
    ("model", "x", "y", "weight"),
    [
        (create("logistic"), np.where(np.arange(60)[:, None] == 7, np.nextafter(X, 9), X), Y, None),
        (create("logistic"), X, np.where(np.arange(60) == 7, 1 - Y, Y), None),
        (create("logistic"), X, Y, np.ones(60)),
        (create("logistic", C=0.02), X, Y, None),
        (create("logistic"), X[:59], Y[:59], None),
    ],
)
def test_any_other_byte_is_fitted_anew(model, x, y, weight):
    memo = Memo()
    first = memo(create("logistic"), X, Y, None)
    assert memo(model, x, y, weight) is not first
    assert len(memo.fitted) == 2


@pytest.mark.parametrize(
    "wrap", [lambda model: Calibrated(model, "platt", 1), lambda model: Conformal(model, 0.8, 1)]
)
def test_a_wrapped_model_is_told_apart_by_the_parameters_of_both(wrap):
    memo = Memo()
    first = memo(wrap(create("logistic")), X, Y, None)
    assert memo(wrap(create("logistic")), X, Y, None) is first
    assert memo(wrap(create("logistic", C=0.02)), X, Y, None) is not first
    assert memo(Conformal(create("logistic"), 0.7, 1), X, Y, None) is not first
