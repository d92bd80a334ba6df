"""What came of the rows that a fold tests decides nothing in it: no scale, no stop, no curve, no band."""

import numpy as np
import pandas as pd
import pytest

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.training.walk_forward import walk_forward

TINY = {"units": 2, "epochs": 4, "patience": 1, "learning_rate": 0.05}
SPECS = {
    "early stopping": FitConfig(("lstm",), {"lstm": TINY}),
    "calibrated": FitConfig(("tree",), {"tree": {"n_estimators": 5}}, calibrate="isotonic"),
    "with a band": FitConfig(("logistic",), calibrate="platt", coverage=0.7),
}


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    return build(synthetic_bars("ar1", rows=320, seed=1, phi=0.5), FeatureConfig(window=4, sets=("lags",)))


@pytest.mark.parametrize(
    "what",
    [pytest.param("early stopping", marks=pytest.mark.slow), "calibrated", "with a band"],
)
def test_directions_of_the_tested_rows_decide_nothing(features: pd.DataFrame, what: str) -> None:
    before = walk_forward(features, SPECS[what], FoldConfig(2))
    last = before["fold"] == 2
    turned = features.copy()
    tested = turned["date"] >= before.loc[last, "date"].min()
    turned.loc[tested, "direction"] = 1 - turned.loc[tested, "direction"]
    after = walk_forward(turned, SPECS[what], FoldConfig(2))
    said = [c for c in ("p_up", "band") if c in before]
    pd.testing.assert_frame_equal(before.loc[last, said], after.loc[last, said], check_exact=True)
    assert np.ptp(before.loc[last, "p_up"]) > 0
