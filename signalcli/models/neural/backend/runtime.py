"""TensorFlow and Keras, imported once: silently, on one thread, on the TensorFlow backend."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from signalcli.models.neural.backend.quiet import quiet_stderr

# One thread per process: networks are small, folds and symbols run in parallel processes, and the order of
# sums does not depend on the number of cores.
THREADS = 1

_SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
# TensorFlow imports Keras when it is imported, unless it is told to use the old one, which it passes over
# where that is not installed. It reads this again at the first use of ``tf.keras``, when it is gone.
_WITHOUT_KERAS = {"TF_USE_LEGACY_KERAS": "1"}


@cache
def tensorflow() -> ModuleType:
    """The ``tensorflow`` module, without Keras; the first call takes seconds."""
    with _settings(_SETTINGS | _without_keras()), quiet_stderr(), _no_garbage_collection():
        import tensorflow as tf

        # Threads cannot be set any more when the host program has already used TensorFlow.
        with contextlib.suppress(RuntimeError):
            tf.config.threading.set_intra_op_parallelism_threads(THREADS)
            tf.config.threading.set_inter_op_parallelism_threads(THREADS)
        # It warns about functions that are traced again, which here is one per architecture.
        tf.get_logger().setLevel("ERROR")
        tf.zeros(1)  # devices are set up, and listed on descriptor 2, at first use
    return tf


@cache
def keras() -> ModuleType:
    """The ``keras`` module on the TensorFlow backend; RuntimeError when another backend is loaded."""
    tensorflow()
    with _settings(_SETTINGS), quiet_stderr(), _no_garbage_collection():
        import keras as module
    if module.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {module.backend.backend()!r} in this process; set KERAS_BACKEND=tensorflow"
        )
    return module


def _without_keras() -> dict[str, str]:
    """Setting of an import without Keras; none where the old Keras would be imported instead."""
    return {} if find_spec("tf_keras") else _WITHOUT_KERAS


@contextlib.contextmanager
def _settings(settings: dict[str, str]) -> Iterator[None]:
    """Set variables that both libraries read while they are imported; existing values stay."""
    missing = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Put off the search for cycles: an import makes millions of objects that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
