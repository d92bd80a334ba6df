"""TensorFlow and Keras, imported once: silently, on one thread, on the TensorFlow backend."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from signalcli.models.neural.backend.quiet import quiet_stderr

# One thread per process: networks are small, folds and symbols run in parallel processes, and the order of
# sums does not depend on the number of cores.
THREADS = 1

_SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}


@cache
def tensorflow() -> ModuleType:
    """The ``tensorflow`` module; the first call takes seconds."""
    with _settings(), quiet_stderr():
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
    with _settings(), quiet_stderr():
        import keras as module
    if module.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {module.backend.backend()!r} in this process; set KERAS_BACKEND=tensorflow"
        )
    return module


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """Set variables that both libraries read while they are imported; existing values stay."""
    missing = {name: value for name, value in _SETTINGS.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]
