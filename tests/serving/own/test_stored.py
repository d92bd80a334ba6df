"""The choice of the format: a graph that is off on a training row is not written."""

import numpy as np
import pytest

from signalcli.errors import UsageError
from signalcli.models.own import OwnClassifier
from signalcli.serving.own import stored


def fitted():
    X = np.random.default_rng(0).normal(size=(80, 2))
    return OwnClassifier("sklearn.naive_bayes:GaussianNB").fit(X, (X[:, 0] > 0).astype(int)), X


def test_a_graph_is_preferred():
    model, X = fitted()
    assert stored.store(model, X).kind == "onnx"


def test_a_graph_that_is_off_gives_way_to_skops(monkeypatch):
    model, X = fitted()
    other = OwnClassifier("sklearn.naive_bayes:GaussianNB").fit(X, (X[:, 1] > 0).astype(int))
    files = stored._onnx_files
    monkeypatch.setattr(stored, "_onnx_files", lambda _, features: files(other, features))
    assert stored.store(model, X).kind == "skops"


def test_without_libraries_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(stored, "is_installed", lambda _: False)
    with pytest.raises(UsageError, match=r"pip install 'signalcli\[own\]'"):
        stored.require_writers()
    with pytest.raises(UsageError, match=r"skl2onnx is not installed .*; skops is not installed"):
        stored.store(*fitted())
