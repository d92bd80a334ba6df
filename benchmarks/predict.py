"""A cold `predict` with a saved LSTM, beside loading the same weights into Keras and asking for one row."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.timing import compare

SAMPLE = Path(__file__).parent.parent / "sample_data" / "stocks_1d.csv"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
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
MAKE = "import sys; from benchmarks.predict import keras_file; keras_file(*sys.argv[1:])"


def python(*arguments: str) -> float:
    """Run the interpreter as a user has it, output thrown away: its peak memory in MB."""
    plain = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}}
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=nothing, stdout=nothing, stderr=nothing, env=plain | QUIET
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def prepare(folder: Path) -> tuple[list[str], list[str]]:
    """Bars, a bundle and Keras' own file of the same weights: the two command lines."""
    bars, features, bundle, weights = (
        folder / n for n in ("bars.csv", "features.csv", "lstm", "lstm.weights.h5")
    )
    signalcli = ["-m", "signalcli"]
    python(*signalcli, "fetch", "IBM", "--source", str(SAMPLE), "-o", str(bars))
    python(*signalcli, "features", str(bars), "-o", str(features))
    fit = ["fit", str(features), "--model", "lstm", "--set", "lstm.epochs=1", "--folds", "2"]
    python(*signalcli, *fit, "--save", str(bundle), "-o", str(folder / "predictions.csv"))
    # In a process of its own: the peak of a child is at least what its parent held when it was started.
    python("-c", MAKE, str(bundle), str(weights))
    return [*signalcli, "predict", "--model", str(bundle), str(bars)], ["-c", KERAS, str(weights)]


def keras_file(folder: str, target: str) -> None:
    """The weights of a bundle, gates put back in Keras' order."""
    import keras

    from signalcli.serving.bundle.manifest import from_bytes
    from signalcli.serving.bundle.manifest_schema import GRAPH, MANIFEST
    from signalcli.serving.onnx.graph import take

    bundle = Path(folder)
    manifest = from_bytes((bundle / MANIFEST).read_bytes())
    arrays = take(manifest.layout(), (bundle / GRAPH).read_bytes())
    layers = [keras.Input((TIMESTEPS, CHANNELS)), keras.layers.LSTM(UNITS), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    kernel, recurrent = (_gates(arrays[f"net0/layer0/{name}"][0].T) for name in "WR")
    bias = _gates(np.sum(np.split(arrays["net0/layer0/B"][0], 2), axis=0))
    model.set_weights([kernel, recurrent, bias, arrays["net0/head/kernel"], arrays["net0/head/bias"][0]])
    model.save_weights(target)


def _gates(columns: np.ndarray) -> np.ndarray:
    i, o, f, c = np.split(columns, 4, axis=-1)
    return np.concatenate([i, f, c, o], axis=-1)


def run() -> None:
    """Time of both, and peak memory of each."""
    with tempfile.TemporaryDirectory() as folder:
        ours, keras = prepare(Path(folder))
        memory = python(*ours), python(*keras)  # and bytecode, and a warm disk
        compare("cold predict of an LSTM / the same in Keras", lambda: python(*ours), lambda: python(*keras))
    sys.stdout.write(
        f"{'peak memory':<44} {memory[0]:8.0f} MB / {memory[1]:8.0f} MB = {memory[0] / memory[1]:5.2f}\n"
    )
