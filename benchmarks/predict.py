"""``predict`` with a saved LSTM in a fresh process, compared with Keras and the same weights."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.processes import run_python
from benchmarks.startup import SAMPLE
from benchmarks.timing import compare

UNITS, TIMESTEPS, CHANNELS = 32, 20, 3

KERAS = f"""
import sys
import numpy as np
import keras
window = keras.Input(({TIMESTEPS}, {CHANNELS}))
model = keras.Sequential([window, keras.layers.LSTM({UNITS}), keras.layers.Dense(1)])
model.load_weights(sys.argv[1])
model.predict_on_batch(np.zeros((1, {TIMESTEPS}, {CHANNELS}), "float32"))
"""
WRITE_WEIGHTS = (
    "import sys; from benchmarks.predict import write_keras_weights; write_keras_weights(*sys.argv[1:])"
)


def run() -> None:
    """Time and peak memory of both."""
    with tempfile.TemporaryDirectory() as folder:
        ours, keras = prepare(Path(folder))
        peaks = run_python(*ours).peak, run_python(*keras).peak  # compiles bytecode, fills the disk cache
        compare(
            "cold predict of an LSTM / the same in Keras",
            lambda: run_python(*ours),
            lambda: run_python(*keras),
        )
    print(f"{'peak memory':<52} {peaks[0]:8.0f} MB / {peaks[1]:8.0f} MB = {peaks[0] / peaks[1]:5.2f}")


def prepare(folder: Path) -> tuple[list[str], list[str]]:
    """Save a model and its weights for Keras; the arguments of both interpreters."""
    bars, features, bundle, weights = (
        str(folder / name) for name in ("bars.csv", "features.csv", "lstm", "lstm.weights.h5")
    )
    signalcli = ["-m", "signalcli"]
    run_python(*signalcli, "fetch", "IBM", "--source", str(SAMPLE), "-o", bars)
    run_python(*signalcli, "features", bars, "-o", features)
    fit = ["fit", features, "--model", "lstm", "--set", "lstm.epochs=1", "--folds", "2"]
    run_python(*signalcli, *fit, "--save", bundle, "-o", str(folder / "predictions.csv"))
    run_python("-c", WRITE_WEIGHTS, bundle, weights)  # Keras here would raise the measured peaks
    return [*signalcli, "predict", "--model", bundle, bars], ["-c", KERAS, weights]


def write_keras_weights(folder: str, target: str) -> None:
    """Write the weights of a saved model as a Keras file."""
    import keras

    from signalcli.serving.bundle.manifest import from_bytes
    from signalcli.serving.bundle.manifest_schema import GRAPH, MANIFEST
    from signalcli.serving.onnx.model_file import read_arrays

    bundle = Path(folder)
    manifest = from_bytes((bundle / MANIFEST).read_bytes())
    arrays = read_arrays(manifest.layout(), (bundle / GRAPH).read_bytes())
    layers = [keras.Input((TIMESTEPS, CHANNELS)), keras.layers.LSTM(UNITS), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    kernel, recurrent = (_to_keras_gates(arrays[f"net0/layer0/{name}"][0].T) for name in "WR")
    bias = _to_keras_gates(np.sum(np.split(arrays["net0/layer0/B"][0], 2), axis=0))
    model.set_weights([kernel, recurrent, bias, arrays["net0/head/kernel"], arrays["net0/head/bias"][0]])
    model.save_weights(target)


def _to_keras_gates(columns: np.ndarray) -> np.ndarray:
    """Reorder the gates from ONNX (input, output, forget, cell) to Keras (input, forget, cell, output)."""
    i, o, f, c = np.split(columns, 4, axis=-1)
    return np.concatenate([i, f, c, o], axis=-1)
