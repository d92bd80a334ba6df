"""Histogram trees out of a file: one that leaves its nodes is refused."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression

from signalcli.io.folders import DamagedError
from signalcli.serving.own.histogram_trees import refuse_astray


def vote():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    parts = [("tree", HistGradientBoostingClassifier(max_iter=2)), ("line", LogisticRegression())]
    return VotingClassifier(parts, voting="soft").fit(X, (X[:, 0] > 0).astype(int))


def test_what_scikit_learn_made_passes():
    refuse_astray(vote())


@pytest.mark.parametrize(
    ("field", "value"),
    [("left", 10**6), ("right", 0), ("feature_idx", 3), ("feature_idx", -1), ("is_categorical", 1)],
)
def test_a_tree_that_leads_astray(field, value):
    model = vote()
    model.estimators_[0]._predictors[1][0].nodes[0][field] = value
    with pytest.raises(DamagedError, match="leaves its own nodes"):
        refuse_astray(model)


def test_a_tree_without_nodes():
    model = vote()
    tree = model.estimators_[0]._predictors[0][0]
    tree.nodes = tree.nodes[:0]
    with pytest.raises(DamagedError, match="leaves its own nodes"):
        refuse_astray(model)
