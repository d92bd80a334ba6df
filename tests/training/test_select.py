"""Which features models may read."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError
from signalcli.features.build import build
from signalcli.schemas import KEPT, feature_columns
from signalcli.training.select import select_features

BARS = random_bars(120)
FEW = pd.Series(np.where(np.arange(120) % 4 == 0, 1.0, np.nan))
TABLE = build(BARS, FeatureConfig(window=3, sets=("lags", "calendar"))).assign(few=FEW, empty=np.nan)


def selected(**choice: tuple[str, ...]) -> list[str]:
    return feature_columns(select_features(TABLE, FitConfig(("tree",), **choice)).table)


def test_features_are_chosen_by_name_and_pattern():
    assert selected(features=("ret_*", "month")) == ["ret_lag2", "ret_lag1", "ret_lag0", "month"]
    assert selected(features=("*_lag0",), exclude=("volume_*",)) == ["ret_lag0", "range_lag0"]


def test_a_feature_of_few_rows_is_left_out_unless_it_is_named():
    assert not {"few", "empty"} & set(selected())
    assert {"few", "empty"} & set(selected(features=("*", "few"))) == {"few"}
    marked = select_features(TABLE.assign(**{KEPT: "few"}), FitConfig(("tree",))).table
    assert "few" in marked
    assert KEPT not in marked
    line = "left out: 2 features known in less than half of 120 rows (few 30, empty 0); "
    line += "--features '*,few,empty' keeps them"
    assert select_features(TABLE, FitConfig(("tree",))).lines == [line]


def test_the_warm_up_of_a_computed_feature_is_no_lack():
    table = build(random_bars(70), FeatureConfig(window=3, sets=("rolling",)))
    assert len(feature_columns(select_features(table, FitConfig(("tree",))).table)) == 16


def test_a_pattern_without_a_feature_is_refused():
    for choice in ({"features": ("mont",)}, {"exclude": ("x*",)}):
        with pytest.raises(UsageError, match="no such feature"):
            selected(**choice)
