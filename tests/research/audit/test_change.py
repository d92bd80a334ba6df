"""What is changed after a date, and above all what is not."""

import numpy as np
import pandas as pd
import pytest

from signalcli.config.features import FeatureConfig
from signalcli.features.build import build
from signalcli.research.audit.change import changed, changed_between, open_labels, scale_rows
from signalcli.testing import random_walk

BARS = random_walk(40)
FEATURES = build(BARS, FeatureConfig(window=3, sets=("lags",), horizon=5))
AT = FEATURES["date"].to_numpy()[19]
COLUMNS = ["ret_lag0", "range_lag2", "close", "volume"]


def test_a_cut_ends_the_table_and_blanks_labels_that_end_later():
    out = changed(FEATURES, AT, "cut")
    assert len(out) == 20
    assert out["direction"].isna().tolist() == [False] * 15 + [True] * 5
    assert out["label_end"].dropna().max() <= pd.Timestamp(AT)


@pytest.mark.parametrize("change", ["erase", "up", "down", "features", "labels", "permute", "border"])
def test_nothing_moves_that_is_known_by_the_date(change):
    out = changed(FEATURES, AT, change)
    known = FEATURES["label_end"].to_numpy() <= AT
    assert out["date"].equals(FEATURES["date"])
    assert out[COLUMNS].head(20).equals(FEATURES[COLUMNS].head(20))
    assert out["direction"][known].equals(FEATURES["direction"][known])
    assert out["forward_return"][known].equals(FEATURES["forward_return"][known])


def test_each_change_alters_its_own_part():
    later, labeled = FEATURES["date"].to_numpy() > AT, FEATURES["direction"].notna().to_numpy()
    border = open_labels(FEATURES, AT) & ~later

    def turned(change):
        new = changed(FEATURES, AT, change)["direction"]
        return (new != FEATURES["direction"]).fillna(False).to_numpy(bool)

    def scaled(change):
        return (changed(FEATURES, AT, change)["volume"] != FEATURES["volume"]).to_numpy()

    assert turned("labels").tolist() == (later & labeled).tolist()
    assert turned("border").tolist() == border.tolist()
    assert border.sum() == 5
    assert turned("up").tolist() == ((later | border) & labeled).tolist()
    assert not turned("features").any()
    assert scaled("features").tolist() == later.tolist()
    assert not scaled("labels").any()
    permuted = changed(FEATURES, AT, "permute")["direction"][later & labeled]
    assert permuted.sum() == FEATURES["direction"][later & labeled].sum()
    assert turned("permute").any()


def test_erased_rows_repeat_the_last_known_one_and_keep_unknown_cells():
    table = FEATURES.assign(ret_lag0=FEATURES["ret_lag0"].mask(FEATURES.index == 30))
    out = changed(table, AT, "erase")
    assert out["ret_lag0"].isna().tolist() == table["ret_lag0"].isna().tolist()
    assert (out["ret_lag0"][20:].dropna() == table["ret_lag0"][19]).all()
    assert out["direction"][15:].isna().all()


def test_within_a_test_part_only_its_rows_and_the_labels_that_reach_into_it():
    last = FEATURES["date"].to_numpy()[29]
    out = changed_between(FEATURES, AT, last, "up")
    moved = np.flatnonzero((out["volume"] != FEATURES["volume"]).to_numpy())
    assert moved.tolist() == list(range(20, 30))
    turned = (out["direction"] != FEATURES["direction"]).fillna(False)
    assert np.flatnonzero(turned).tolist() == list(range(15, 29))


def test_probabilities_stay_probabilities():
    table = BARS.assign(model="tree", p_up=np.linspace(0, 1, 40), p_down=np.linspace(1, 0, 40))
    for factor in (1000.0, 0.001):
        out = scale_rows(table, np.ones(40, bool), factor)
        assert out[["p_up", "p_down"]].stack().between(0, 1).all()
        assert (out["p_up"] != table["p_up"]).sum() >= 37


def test_prices_of_a_bar_keep_their_order():
    out = scale_rows(BARS, np.ones(40, bool), 1000.0)
    assert (out["low"] <= out[["open", "close"]].min(axis=1)).all()
    assert (out["high"] >= out[["open", "close"]].max(axis=1)).all()
