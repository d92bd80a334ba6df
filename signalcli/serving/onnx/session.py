"""Running a graph that was checked: the only file that imports ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.serving.onnx.graph import PROBABILITIES, ROW

# Rows of one call, filled up with copies, so that the bytes of a row do not depend on how many are asked for.
BLOCK = 32


class Session:
    """Feature rows to probabilities.

    Parameters
    ----------
    graph : bytes
        ONNX file that `signalcli.serving.onnx.graph.take` accepted.
    """

    def __init__(self, graph: bytes) -> None:
        import onnxruntime as runtime

        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # a fault is raised; what it would print as well is noise
        options.use_deterministic_compute = True
        try:
            self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no common base but this
            raise DamagedError("ONNX Runtime refuses the graph") from error

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes). Raises DamagedError for what is no probability."""
        filled = np.concatenate([X, np.repeat(X[-1:], -len(X) % BLOCK, axis=0)])
        parts = [self._run(filled[i : i + BLOCK]) for i in range(0, len(filled), BLOCK)]
        found = np.concatenate(parts)[: len(X)]
        sums = found.sum(axis=1)
        if not (np.isfinite(found).all() and found.min() >= -1e-9 and np.allclose(sums, 1.0, atol=1e-6)):
            raise DamagedError("the graph computes what is no probability")
        return np.clip(found, 0.0, 1.0)

    def _run(self, block: np.ndarray) -> Any:
        try:
            return self._session.run([PROBABILITIES], {ROW: np.ascontiguousarray(block, "float64")})[0]
        except Exception as error:  # its exceptions have no common base but this
            raise DamagedError("ONNX Runtime cannot run the graph") from error
