"""TensorFlow is imported without Keras, and leaves the process as it was."""

import subprocess
import sys

import pytest

TRAIN = """
import gc, os, sys
import numpy as np
from signalcli.models.neural.backend.runtime import keras, tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
before = dict(os.environ)
rows = np.random.default_rng(0).normal(size=(20, 3))
NetworkClassifier(cell="lstm", units=2, epochs=1, patience=2).fit(rows, np.arange(20) % 2).predict(rows)
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", TRAIN + code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_a_default_network_is_trained_without_keras():
    assert run("print('keras' in sys.modules, 'matplotlib' in sys.modules)") == ["False", "False"]


def test_the_import_leaves_collector_environment_and_keras_as_they_were():
    told = run(
        "print(gc.isenabled(), os.environ == before, tensorflow().keras.__name__, keras().__version__[:2])\n"
    )
    assert told == ["True", "True", "keras._tf_keras.keras", "3."]


@pytest.mark.parametrize("enabled", [True, False])
def test_a_host_that_collects_by_itself_goes_on_to(enabled, monkeypatch):
    import gc

    from signalcli.models.neural.backend.runtime import _no_garbage_collection

    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with _no_garbage_collection():
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_an_old_keras_that_is_installed_is_not_imported_instead(monkeypatch):
    from signalcli.models.neural.backend import runtime

    assert runtime._without_keras() == {"TF_USE_LEGACY_KERAS": "1"}
    monkeypatch.setattr(runtime, "find_spec", lambda name: name)
    assert runtime._without_keras() == {}
