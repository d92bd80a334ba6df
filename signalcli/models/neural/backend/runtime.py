"""TensorFlow and Keras, imported once: quietly, with explicit threads, on the right backend."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from signalcli.models.neural.backend.quiet import quiet_stderr

# One thread a process: the nets are small, folds and symbols run in parallel processes, and sums keep one
# order whatever the number of cores.
THREADS = 1

_SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}


@cache
def tensorflow() -> ModuleType:
    """Return the ``tensorflow`` module; the first call takes seconds."""
    with _settings(), quiet_stderr():
        import tensorflow as tf

        # Threads can no longer be set when the host program has used TensorFlow before us.
        with contextlib.suppress(RuntimeError):
            tf.config.threading.set_intra_op_parallelism_threads(THREADS)
            tf.config.threading.set_inter_op_parallelism_threads(THREADS)
        # It takes another architecture for a mistake and says so on stderr.
        tf.get_logger().setLevel("ERROR")
        tf.zeros(1)  # devices are set up, and described on descriptor 2, at first use
    return tf


@cache
def keras() -> ModuleType:
    """Return the ``keras`` module on the TensorFlow backend; RuntimeError when another one is loaded."""
    tensorflow()
    with _settings(), quiet_stderr():
        import keras as module
    if module.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {module.backend.backend()!r} in this process; tensorflow is needed"
        )
    return module


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """Both libraries read these variables while they are imported; a caller's own value wins."""
    missing = {name: value for name, value in _SETTINGS.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]
