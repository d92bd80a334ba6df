"""Run a verified graph; the only file that imports ONNX Runtime."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.serving.onnx.graph import INPUT, OUTPUT

# Otherwise ONNX Runtime writes an identifier of the device and a database into HOME, and looks up a server.
NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
# Rows a call, padded with copies of the last one, so that the bits of a row do not depend on the others.
BLOCK = 32


class Session:
    """Probabilities of feature rows.

    Parameters
    ----------
    graph : bytes
        ONNX file that `signalcli.serving.onnx.model_file.read_arrays` accepted.
    """

    def __init__(self, graph: bytes) -> None:
        os.environ.setdefault(NO_TELEMETRY, "1")  # read while it is imported
        import onnxruntime as runtime

        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # errors are raised; printing them as well is noise
        options.use_deterministic_compute = True
        try:
            self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no narrower common base
            raise DamagedError("ONNX Runtime rejects the graph") from error

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes). Raises DamagedError for invalid probabilities."""
        padded = np.concatenate([X, np.repeat(X[-1:], -len(X) % BLOCK, axis=0)])
        parts = [self._run(padded[i : i + BLOCK]) for i in range(0, len(padded), BLOCK)]
        result = np.concatenate(parts).astype("float64")[: len(X)]
        sums = result.sum(axis=1)
        if not (np.isfinite(result).all() and result.min() >= -1e-9 and np.allclose(sums, 1.0, atol=1e-6)):
            raise DamagedError("the graph computes values that are no probabilities")
        return np.clip(result, 0.0, 1.0)

    def _run(self, block: np.ndarray) -> Any:
        try:
            return self._session.run([OUTPUT], {INPUT: np.ascontiguousarray(block, "float64")})[0]
        except Exception as error:  # its exceptions have no narrower common base
            raise DamagedError("ONNX Runtime cannot run the graph") from error
