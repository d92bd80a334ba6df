"""Fitted models and their bundles for tests: small, seeded, each fitted once a session."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.serving.bundle.describe import Origin
from signalcli.serving.bundle.save import make_bundle
from signalcli.training.refit import Refit, refit

SPEC = FeatureConfig(window=6)
THREE = FeatureConfig(window=6, horizon=2, dead_zone=0.004)
QUICK = {"epochs": 1, "units": 5}
CALIBRATED = {"tree-platt": "platt", "tree-isotonic": "isotonic"}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "majority": ("majority", {}),
    "persistence": ("persistence", {}),
    "ar1": ("ar1", {}),
    "ar-auto": ("ar", {}),
    "ar-3": ("ar", {"p": 3}),
    "ar-0": ("ar", {"p": 0}),
    "logistic": ("logistic", {}),
    "tree": ("tree", {"n_estimators": 20}),
    "tree-deep": ("tree", {"num_leaves": 31, "min_child_samples": 1, "n_estimators": 10}),
    "rnn": ("rnn", QUICK),
    "lstm": ("lstm", QUICK),
    "gru": ("gru", QUICK),
    "lstm-two-bidirectional": ("lstm", QUICK | {"layers": 2, "bidirectional": True}),
    "gru-bidirectional": ("gru", QUICK | {"bidirectional": True}),
    "ensemble": ("ensemble", {"members": ("ar", "logistic")}),
    "tree-platt": ("tree", {"n_estimators": 10}),
    "tree-isotonic": ("tree", {"n_estimators": 10}),
}
# What changes the arithmetic of a network; one test compares each with its graph.
FURTHER: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm-of-other-functions": (
        "lstm",
        QUICK | {"activation": "mish", "recurrent_activation": "hard_sigmoid"},
    ),
    "rnn-unrolled-both-ways": ("rnn", QUICK | {"activation": "gelu", "bidirectional": True, "layers": 2}),
    "gru-resets-before": ("gru", QUICK | {"reset_after": False}),
    "gru-resets-before-unrolled": ("gru", QUICK | {"reset_after": False, "activation": "softsign"}),
    "gru-unrolled-backwards": ("gru", QUICK | {"activation": "elu", "go_backwards": True, "layers": 2}),
    "lstm-backwards": ("lstm", QUICK | {"go_backwards": True, "layers": 2, "use_bias": False}),
    "lstm-hands-on": ("lstm", QUICK | {"return_state": True, "layers": 2}),
    "lstm-hands-on-unrolled": ("lstm", QUICK | {"return_state": True, "layers": 2, "activation": "relu"}),
    "lstm-seeds-dense": ("lstm", QUICK | {"seeds": 2, "dense": (7, 3), "dense_activation": "leaky_relu"}),
    "lstm-stateful": ("lstm", QUICK | {"stateful": True}),
    "conv": ("conv", QUICK | {"layers": 2, "kernel_size": 4, "pool_size": 4}),
    "mlp": ("mlp", QUICK | {"layers": 2, "activation": "selu", "dense": 4, "scale": "minmax"}),
    "stack": ("ensemble", {"members": ("ar", "logistic", "tree"), "method": "stack"}),
}


@lru_cache
def bars(rows: int = 400) -> pd.DataFrame:
    """A seeded walk whose returns depend on the one before."""
    return synthetic_bars("ar1", rows=rows, seed=5, phi=0.3)


@lru_cache
def features(config: FeatureConfig = SPEC) -> pd.DataFrame:
    """FEATURES of the walk."""
    return build(bars(), config)


@lru_cache
def fitted(kind: str, config: FeatureConfig = SPEC) -> Refit:
    """One of `KINDS`, fitted on every resolved row."""
    model, settings = (KINDS | FURTHER)[kind]
    (fit,) = refit(features(config), FitConfig((model,), {model: settings}, calibrate=CALIBRATED.get(kind)))
    return fit


@lru_cache
def bundle_files(kind: str, config: FeatureConfig = SPEC) -> dict[str, bytes]:
    """Files of its bundle."""
    return make_bundle(fitted(kind, config), features(config), Origin())[1]


def sealed(manifest: dict[str, Any]) -> bytes:
    """A manifest with its own right hash, whatever it says."""
    content = {k: v for k, v in manifest.items() if k != "sha256"}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (json.dumps(content | {"sha256": digest}, indent=1, ensure_ascii=False) + "\n").encode()


def put(folder: Path, content: dict[str, bytes]) -> Path:
    """Write files as they are, however damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in content.items():
        (folder / name).write_bytes(part)
    return folder


def saved(folder: Path, kind: str = "ar-auto", config: FeatureConfig = SPEC) -> Path:
    """A bundle on disk."""
    return put(folder, bundle_files(kind, config))
