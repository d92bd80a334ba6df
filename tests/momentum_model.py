"""A cheap model of one's own, for searches: the sign of the last returns, followed or bet against."""

from __future__ import annotations

import numpy as np


class Momentum:
    """P(up) is ``.5 ± edge`` by the sign of the sum of the last ``bars`` returns."""

    reads = "returns"

    def __init__(self, bars: int = 1, follow: bool = True, edge: float = 0.02) -> None:
        self.bars, self.follow, self.edge = bars, follow, edge

    def get_params(self, deep: bool = True) -> dict[str, object]:
        return {"bars": self.bars, "follow": self.follow, "edge": self.edge}

    def set_params(self, **values: object) -> Momentum:
        for name, value in values.items():
            setattr(self, name, value)
        return self

    def fit(self, X: np.ndarray, y: np.ndarray) -> Momentum:
        if self.edge > 0.4:
            raise ValueError("edge above .4")
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        sign = np.where(X[:, -self.bars :].sum(axis=1) > 0, 1.0, -1.0) * (1.0 if self.follow else -1.0)
        p = 0.5 + self.edge * sign
        return np.column_stack([1 - p, p])
