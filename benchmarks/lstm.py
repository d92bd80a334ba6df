"""Whole processes of ``fit --model lstm``, compared with a plain Keras loop and importing TensorFlow."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.processes import run_python
from benchmarks.startup import SAMPLE
from benchmarks.timing import Usage, print_usage, print_usage_ratio

ROUNDS = 3
WINDOW, UNITS, FOLDS, EPOCHS, BATCH = 20, 50, 5, 20, 32
CHANNELS = ("ret", "range", "volume_z")  # what an LSTM reads of the default feature sets

KERAS = f"""
import sys
import keras
import pandas as pd
from sklearn.model_selection import TimeSeriesSplit
table = pd.read_csv(sys.argv[1])
names = [f"{{channel}}_lag{{lag}}" for lag in range({WINDOW} - 1, -1, -1) for channel in {CHANNELS}]
table = table.dropna(subset=[*names, "direction"])
X = table[names].to_numpy().reshape(-1, {WINDOW}, {len(CHANNELS)})
y = table["direction"].to_numpy()
tested = []
for fold, (train, test) in enumerate(TimeSeriesSplit({FOLDS}).split(X)):
    keras.utils.set_random_seed(fold)
    scaled = ((X - X[train].mean((0, 1))) / X[train].std((0, 1))).astype("float32")
    layers = [keras.Input(X.shape[1:]), keras.layers.LSTM({UNITS}), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    model.compile("adam", "binary_crossentropy")
    model.fit(scaled[train], y[train], batch_size={BATCH}, epochs={EPOCHS}, verbose=0)
    tested.append(table.iloc[test].assign(p_up=model.predict(scaled[test], verbose=0)[:, 0]))
pd.concat(tested).to_csv(sys.argv[2], index=False)
"""
UNTIL_FIRST_EPOCH = """
import os
from signalcli.cli import entry_point
from signalcli.models.neural.trainer.program import Program
epoch = Program.epoch
def train(*arguments):
    epoch(*arguments)
    os._exit(0)
Program.epoch = train
entry_point()
"""
IMPORT = "import os, tensorflow; os._exit(0)"


def run() -> None:
    """A walk-forward without and with a kept program, then the time to the end of the first epoch."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        features = _prepare(folder)
        rounds = [_walk_forwards(features, folder, number) for number in range(ROUNDS)]
        first, second, keras = map(list, zip(*rounds, strict=True))
        _print("fit, first process", first, "plain Keras loop", keras)
        _print("fit, kept program", second, "plain Keras loop", keras)
        starts = [_starts(features, folder) for _ in range(ROUNDS)]
        ours, imports = map(list, zip(*starts, strict=True))
        _print("until the first epoch is done", ours, "import tensorflow", imports)


def _prepare(folder: Path) -> str:
    """FEATURES of IBM's daily bars; both sides have their bytecode compiled."""
    bars, features = str(folder / "bars.csv"), str(folder / "features.csv")
    run_python("-m", "signalcli", "fetch", "IBM", "--source", str(SAMPLE), "-o", bars)
    run_python("-m", "signalcli", "features", bars, "--window", str(WINDOW), "-o", features)
    run_python("-c", "import tensorflow, pandas, sklearn.model_selection")
    return features


def _walk_forwards(features: str, folder: Path, number: int) -> tuple[Usage, Usage, Usage]:
    """The fit in a new cache, the fit of another seed in the same cache, and Keras."""
    first, second = (_fit(features, folder, f"cache{number}", seed) for seed in (0, 1))
    return (
        run_python("-m", "signalcli", *first),
        run_python("-m", "signalcli", *second),
        run_python("-c", KERAS, features, str(folder / "keras.csv")),
    )


def _starts(features: str, folder: Path) -> tuple[Usage, Usage]:
    """A fit of a new seed that ends after its first epoch, with the kept program; and the import alone."""
    arguments = _fit(features, folder, "cache0", 2)
    return run_python("-c", UNTIL_FIRST_EPOCH, *arguments), run_python("-c", IMPORT)


def _fit(features: str, folder: Path, cache: str, seed: int) -> list[str]:
    settings = {"units": UNITS, "epochs": EPOCHS, "batch_size": BATCH, "patience": 0}
    options = [f"--set=lstm.{name}={value}" for name, value in settings.items()]
    where = ["--cache", str(folder / cache), "--ledger", "off", "-o", str(folder / "predictions.csv")]
    return ["fit", features, "--model", "lstm", "--folds", str(FOLDS), "--seed", str(seed), *options, *where]


def _print(name: str, ours: list[Usage], yardstick: str, theirs: list[Usage]) -> None:
    print_usage(name, ours)
    print_usage(yardstick, theirs)
    print_usage_ratio(f"{name} / {yardstick}", list(zip(ours, theirs, strict=True)))
