"""Columns beside the bars: features when they are named, and otherwise counted."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import FeatureConfig
from signalcli.errors import UsageError
from signalcli.features.build import build
from signalcli.features.extra import extra_lines
from signalcli.schemas import KEPT, feature_columns

ROWS = 120


def bars() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    few = np.where(np.arange(ROWS) % 4 == 0, 1.0, np.nan)
    return random_bars(ROWS).assign(
        RSI=rng.random(ROWS), few=few, note="x", code="007", weight=1.0, rsi14=5.0
    )


def own(**choice: object) -> list[str]:
    names = feature_columns(build(bars(), FeatureConfig(window=5, **choice)))
    return [c for c in names if c in {"RSI", "few", "code", "weight"}]


def test_a_column_is_a_feature_only_when_it_is_named():
    assert own() == []
    assert own(extra=("RSI",)) == ["RSI"]
    assert own(extra=("all",)) == ["RSI", "code"]
    assert own(extra=("all", "few")) == ["RSI", "few", "code"]


def test_text_passes_and_computed_columns_win():
    table = build(bars(), FeatureConfig(window=5))
    assert set(table["note"]) == {"x"}
    assert "code" not in table
    assert (table["rsi14"] != 5).all()


def test_a_named_column_of_few_rows_is_marked():
    assert set(build(bars(), FeatureConfig(window=5, extra=("few", "RSI")))[KEPT]) == {"few"}
    assert KEPT not in build(bars(), FeatureConfig(window=5, extra=("RSI",)))


def test_what_is_left_out_is_counted_with_a_flag_that_works():
    named = "left out: 3 columns that came with the bars (RSI, few, code); "
    named += "--extra RSI,few,code makes them features"
    assert extra_lines(bars(), FeatureConfig()) == [
        named,
        "left out: 1 column of a name that signalcli uses (weight); rename it to use it",
    ]
    (sparse, _) = extra_lines(bars(), FeatureConfig(extra=("all",)))
    assert (
        sparse == "left out: 1 column known in less than half of 120 rows (few); --extra all,few keeps them"
    )
    assert extra_lines(random_bars(ROWS), FeatureConfig()) == []


@pytest.mark.parametrize(("name", "code"), [("rsi", "UNKNOWN"), ("note", "TEXT"), ("weight", "TAKEN")])
def test_a_name_that_cannot_be_a_feature_is_refused(name, code):
    with pytest.raises(UsageError) as caught:
        build(bars(), FeatureConfig(extra=(name,)))
    assert caught.value.code == f"EXTRA-{code}"
