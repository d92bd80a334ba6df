"""A world with planted features: five that move the direction, the first most, and noise beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.schemas import FEATURES, check

STRENGTHS = (1.6, 1.1, 0.75, 0.5, 0.32)
PLANTED = tuple(f"planted{k}" for k in range(len(STRENGTHS)))


def planted_features(rows: int = 3000, noise: int = 20, seed: int = 0) -> pd.DataFrame:
    """FEATURES whose direction is drawn with log-odds Σ strength × feature; the noise has no part in it."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, len(STRENGTHS) + noise))
    odds = X[:, : len(STRENGTHS)] @ np.array(STRENGTHS)
    up = rng.random(rows) < 1 / (1 + np.exp(-odds))
    dates = pd.date_range("2000-01-03", periods=rows + 1, freq="D").to_numpy("datetime64[us]")
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0)
    names = [*PLANTED, *(f"noise{k}" for k in range(noise))]
    table = pd.DataFrame({"symbol": "A", "date": dates[:-1], **bars, **dict(zip(names, X.T, strict=True))})
    labels = {
        "forward_return": np.where(up, 0.01, -0.01),
        "direction": up.astype("int8"),
        "label_end": dates[1:],
    }
    return check(table.assign(**labels), FEATURES, "planted")
