"""FEATURES x models x folds: who learns from what, and who is asked what."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from random_bars import changed_after, random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, UsageError
from signalcli.features import FeatureConfig, build
from signalcli.features.labels.overlap import horizon
from signalcli.models.base import DirectionClassifier
from signalcli.models.estimators import TreeClassifier
from signalcli.models.registry import create
from signalcli.schemas import MEMBER, PREDICTIONS, STATED, feature_columns
from signalcli.training import estimators
from signalcli.training.folds import split
from signalcli.training.refit import refit
from signalcli.training.walk_forward import walk_forward

FEATURES = FeatureConfig(window=4, sets=("lags", "calendar"))
FOLDS = FoldConfig(folds=3)
SMALL = {"tree": {"n_estimators": 5}}
FIT = FitConfig(models=("ar", "logistic", "tree"), settings=SMALL)
EVERY = ["ar", "ar1", "logistic", "majority", "persistence", "tree"]
BARS = random_bars(160)
TABLE = build(BARS, FEATURES)
EXPECTED = walk_forward(TABLE, FIT, FOLDS)
SHOWN = ["symbol", "date", "model", "fold", "p_up"]


def same(one, other):
    pd.testing.assert_frame_equal(
        one[SHOWN].reset_index(drop=True), other[SHOWN].reset_index(drop=True), check_exact=True
    )


class Witness(DirectionClassifier):
    """Remembers what it is given; says the share of ups."""

    seen: list

    def __init__(self, *, horizon=1, channels=1, random_state=0):
        self.horizon = horizon
        self.channels = channels
        self.random_state = random_state

    def fit(self, X, y):
        Witness.seen.append((self.get_params(), np.array(X), np.array(y)))
        return super().fit(X, y)

    def _fit(self, X, y):
        self.shares_ = np.array([np.mean(y == c) for c in self.classes_])

    def _predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))


@pytest.fixture
def witness(monkeypatch):
    """Every fit of ``tree`` and ``lstm`` as (parameters, X, y)."""
    Witness.seen = []

    def create_witness(name, *among, **arguments):
        return Witness() if name in {"tree", "lstm"} else create(name, *among, **arguments)

    monkeypatch.setattr(estimators, "create", create_witness)
    return Witness.seen


# ---- rows


def test_one_row_for_each_model_and_test_row():
    assert sorted(EXPECTED["model"].unique()) == EVERY
    usable = TABLE[np.isfinite(TABLE[feature_columns(TABLE)]).all(axis=1)].reset_index(drop=True)
    folds = list(split(usable["date"].to_numpy(), usable["label_end"].to_numpy(), FOLDS))
    for model in EVERY:
        rows = EXPECTED[EXPECTED["model"] == model]
        expected = usable.loc[np.concatenate([f.test for f in folds])]
        assert rows["date"].tolist() == expected["date"].tolist()
        assert rows["fold"].tolist() == [f.number for f in folds for _ in f.test]
    assert not EXPECTED.duplicated(["symbol", "date", "model"]).any()
    assert set(EXPECTED.columns) == {*PREDICTIONS.columns, *STATED} - {MEMBER}


def test_bars_and_targets_go_with_their_row():
    rows = EXPECTED[EXPECTED["model"] == "tree"]
    carried = [c for c in PREDICTIONS.columns if c in TABLE]
    original = TABLE[TABLE["date"].isin(rows["date"])]
    pd.testing.assert_frame_equal(
        rows[carried].reset_index(drop=True), original[carried].reset_index(drop=True), check_exact=True
    )


def test_the_newest_row_is_predicted_though_nobody_knows_its_direction():
    newest = EXPECTED[EXPECTED["date"] == BARS["date"].iloc[-1]]
    assert sorted(newest["model"]) == EVERY
    assert newest["p_up"].notna().all()
    assert newest[["direction", "forward_return", "label_end"]].isna().all(axis=None)


def with_holes():
    """TABLE with unknown features on tested rows, of which the first is trained on later."""
    holes = TABLE.copy()
    holes.loc[[60, 150], "ret_lag0"] = np.nan
    holes.loc[151, "range_lag2"] = np.inf
    return holes


def test_a_row_with_an_unknown_feature_keeps_its_bar_and_has_no_forecast():
    holes = with_holes()
    found = walk_forward(holes, FitConfig(models=("tree",), settings=SMALL), FOLDS)
    shown = ["symbol", "date", "model", "fold", "forward_return"]
    pd.testing.assert_frame_equal(
        found[shown], EXPECTED.loc[EXPECTED["model"].isin(found["model"]), shown].reset_index(drop=True)
    )
    unknown = found[found["p_up"].isna()]
    reads_range = unknown[unknown["date"] == holes["date"][151]]
    assert reads_range["model"].tolist() == ["tree"], "the baselines do not read it"
    assert set(unknown["date"]) == set(holes["date"][[60, 150, 151]])


def test_a_row_with_an_unknown_feature_is_not_trained_on(witness):
    walk_forward(with_holes().assign(number=np.arange(len(TABLE)) + 0.5), FitConfig(("tree",)), FOLDS)
    assert all(np.isfinite(X).all() for _, X, _ in witness)
    assert not any((X == 60.5).any() for _, X, _ in witness)
    assert any((X == 61.5).any() for _, X, _ in witness)


def test_a_fold_without_a_known_test_row_has_no_forecast():
    last = EXPECTED[EXPECTED["fold"] == 3]["date"]
    holes = TABLE.copy()
    holes.loc[holes["date"].isin(last), "range_lag0"] = np.nan
    found = walk_forward(holes, FitConfig(("tree",), SMALL), FOLDS)
    tree = found[found["model"] == "tree"]
    assert tree["p_up"].isna().tolist() == (tree["fold"] == 3).tolist()


@given(seed=st.integers(0, 2**16), rows=st.integers(1, 20))
@settings(max_examples=3, deadline=None)
def test_an_unknown_cell_of_a_tested_row_moves_no_other_row(seed, rows):
    rng = np.random.default_rng(seed)
    last = np.flatnonzero(TABLE["date"].isin(EXPECTED[EXPECTED["fold"] == 3]["date"]))
    holes, chosen = TABLE.copy(), rng.choice(last, rows)
    for row in chosen:
        holes.loc[row, rng.choice(feature_columns(TABLE))] = np.nan
    found = walk_forward(holes, FIT, FOLDS)
    other = ~EXPECTED["date"].isin(TABLE["date"][chosen])
    same(found[other], EXPECTED[other])
    kept = [c for c in found if not c.startswith("p_")]
    pd.testing.assert_frame_equal(found[kept], EXPECTED[kept], check_exact=True)


def test_a_model_that_does_not_read_a_feature_does_not_see_its_holes():
    holes = TABLE.copy()
    holes.loc[[40, 90, 91, 140], "range_lag1"] = np.nan
    holes.loc[[50, 91, 120], "volume_z_lag0"] = np.nan
    without = TABLE.drop(columns=[c for c in TABLE if c.startswith("range_")])
    models = ["ar", "ar1", "majority", "persistence"]
    for table in (holes, without):
        found = walk_forward(table, FitConfig(("ar",)), FOLDS)
        same(found, EXPECTED[EXPECTED["model"].isin(models)])


def test_a_table_without_a_usable_row_says_which_feature_is_missing():
    with pytest.raises(DataError, match="ret_lag1 is missing most often"):
        walk_forward(TABLE.assign(ret_lag1=np.nan), FIT, FOLDS)
    with pytest.raises(DataError, match="no feature columns"):
        walk_forward(TABLE.drop(columns=feature_columns(TABLE)), FIT, FOLDS)


def test_the_table_is_not_changed():
    before = TABLE.copy(deep=True)
    walk_forward(TABLE, FIT, FOLDS)
    pd.testing.assert_frame_equal(TABLE, before, check_exact=True)


# ---- what a model is given


def numbered(**features):
    """TABLE with the number of each row as its only feature, besides the lags of the baselines."""
    kept = TABLE.drop(columns=[c for c in feature_columns(TABLE) if not c.startswith("ret_lag")])
    return kept.assign(number=np.arange(len(kept), dtype="float64"), **features)


def learnt(call, table):
    """Row numbers and labels of one fit."""
    _, X, y = call
    return X[:, list(feature_columns(table)).index("number")].astype(int), y


def test_each_row_is_learnt_with_its_own_direction(witness):
    """Holes in features and in directions, so that joining by position would shift one of them."""
    table = numbered()
    table.loc[[20, 21, 40], "ret_lag0"] = np.nan
    table.loc[[30, 31, 50], "direction"] = pd.NA
    walk_forward(table, FitConfig(models=("tree",)), FOLDS)
    assert len(witness) == 3
    for call in witness:
        rows, y = learnt(call, table)
        assert not set(rows) & {20, 21, 40, 30, 31, 50}
        assert y.tolist() == table["direction"].loc[rows].tolist()


@pytest.mark.parametrize("reach", [1, 5])
def test_no_label_ends_after_the_first_test_date(witness, reach):
    table = build(BARS, FeatureConfig(window=8, horizon=reach, sets=("lags",)))
    table = table.assign(number=np.arange(len(table), dtype="float64"))
    found = walk_forward(table, FitConfig(models=("tree",)), FoldConfig(folds=3))
    for call, (_, tested) in zip(witness, found[found["model"] == "tree"].groupby("fold"), strict=True):
        rows, _ = learnt(call, table)
        assert (table["label_end"].loc[rows] <= tested["date"].min()).all()
        assert table["label_end"].loc[rows].max() == tested["date"].min()
        assert call[0]["horizon"] == reach


def test_gap_and_longest_training_part_reach_the_folds(witness):
    table = numbered()
    found = walk_forward(table, FitConfig(models=("tree",)), FoldConfig(folds=3, gap=4, max_train=20))
    for call, (_, tested) in zip(witness, found[found["model"] == "tree"].groupby("fold"), strict=True):
        rows, _ = learnt(call, table)
        first = table.index[table["date"] == tested["date"].min()][0]
        assert rows.tolist() == list(range(first - 4 - 20, first - 4))


def test_every_family_reads_its_own_columns_in_order(witness):
    scrambled = TABLE[[*TABLE.columns[:7], *reversed(TABLE.columns[7:])]]
    walk_forward(scrambled, FitConfig(models=("lstm",)), FOLDS)
    parameters, X, _ = witness[0]
    assert parameters["channels"] == 3
    block = [f"{c}_lag{k}" for k in (3, 2, 1, 0) for c in ("volume_z", "range", "ret")]
    usable = TABLE[np.isfinite(TABLE[feature_columns(TABLE)]).all(axis=1)]
    np.testing.assert_array_equal(X, usable[block].to_numpy()[: len(X)])


def test_pooled_rows_stand_in_order_of_date(witness):
    """A network that stops early takes the last rows as the newest ones."""
    pair = pd.concat([numbered(), numbered(symbol="BBB", date=TABLE["date"])], ignore_index=True)
    walk_forward(pair, FitConfig(models=("tree",), pooled=True), FOLDS)
    for call in witness:
        rows, _ = learnt(call, pair)
        assert (np.diff(rows) >= 0).all()
        assert np.bincount(rows)[rows.min() :].tolist() == [2] * (rows.max() - rows.min() + 1)


# ---- settings and seeds


def test_settings_and_seed_reach_the_estimator():
    config = FitConfig(
        models=("tree",), settings={"tree": {"n_estimators": 4, "subsample": 0.5}}, random_state=9
    )
    found = walk_forward(TABLE, config, FOLDS)
    names = feature_columns(TABLE)
    usable = TABLE[np.isfinite(TABLE[names]).all(axis=1)].reset_index(drop=True)
    fold = next(split(usable["date"].to_numpy(), usable["label_end"].to_numpy(), FOLDS))
    X, y = usable[names].to_numpy(), usable["direction"]
    by_hand = TreeClassifier(n_estimators=4, subsample=0.5, random_state=9).fit(
        X[fold.train], y[fold.train].astype(int)
    )
    ours = found[(found["model"] == "tree") & (found["fold"] == 1)]["p_up"]
    np.testing.assert_array_equal(ours, by_hand.predict_proba(X[fold.test])[:, 1])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    again = walk_forward(TABLE, FIT, FOLDS)
    same(again, EXPECTED)
    other = walk_forward(TABLE, FitConfig(models=FIT.models, settings=SMALL, random_state=1), FOLDS)
    changed = other[other["p_up"].to_numpy() != EXPECTED["p_up"].to_numpy()]
    assert set(changed["model"]) == {"tree"}


@pytest.mark.parametrize(
    ("models", "given_settings", "said"),
    [
        (("tree",), {"tree": {"n_estimater": 3}}, "did you mean n_estimators"),
        (("tree",), {"tree": {"random_state": 3}}, "tree.random_state cannot be set"),
        (("ar",), {"ar": {"horizon": 3}}, "ar.horizon cannot be set"),
        (("tee",), {}, "no model 'tee'"),
        (("ar",), {"ar": {"p": 50}}, "ar: p=50"),
        (("tree",), {"tree": {"num_leaves": 1}}, "tree: num_leaves=1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(models, given_settings, said):
    with pytest.raises(UsageError, match=said):
        walk_forward(TABLE, FitConfig(models=models, settings=given_settings), FOLDS)


def test_every_fit_is_reported_once():
    said = []
    walk_forward(TABLE, FIT, FOLDS, said.append)
    assert len(said) == 18
    assert [step.done for step in said if step.model == "tree"] == [1, 2, 3]
    assert {step.total for step in said} == {3}
    assert str(said[0]) == "AAA ar fold 1/3"


# ---- symbols


def pair_of_symbols():
    other = build(random_bars(140, symbol="BBB", start="2020-03-02"), FEATURES)
    return pd.concat([TABLE, other], ignore_index=True), other


def test_another_symbol_changes_nothing():
    pair, other = pair_of_symbols()
    together = walk_forward(pair, FIT, FOLDS)
    same(together[together["symbol"] == "AAA"], EXPECTED)
    same(together[together["symbol"] == "BBB"], walk_forward(other, FIT, FOLDS))


def test_pooled_is_one_model_over_all_symbols():
    pair, _ = pair_of_symbols()
    config = FitConfig(models=("majority",), pooled=True)
    found = walk_forward(pair, config, FOLDS)
    for _, rows in found[found["model"] == "majority"].groupby("fold"):
        assert set(rows["symbol"]) == {"AAA", "BBB"}
        assert rows["p_up"].nunique() == 1
        learnt_from = pair[(pair["label_end"] <= rows["date"].min()) & (pair["date"] < rows["date"].min())]
        known = learnt_from[np.isfinite(learnt_from[feature_columns(pair)]).all(axis=1)]
        assert rows["p_up"].iloc[0] == pytest.approx(known["direction"].mean())
    assert not found.duplicated(["symbol", "date", "model"]).any()


def test_the_order_of_the_rows_does_not_matter():
    pair, _ = pair_of_symbols()
    same(walk_forward(pair.sample(frac=1, random_state=0), FIT, FOLDS), walk_forward(pair, FIT, FOLDS))


# ---- classes


def test_two_classes_have_one_probability():
    assert {"p_flat", "p_down"}.isdisjoint(EXPECTED.columns)


def test_three_classes_have_three_that_sum_to_one():
    table = build(BARS, FeatureConfig(window=4, dead_zone=0.01, sets=("lags",)))
    found = walk_forward(table, FIT, FOLDS)
    shown = found[["p_up", "p_flat", "p_down"]]
    np.testing.assert_allclose(shown.sum(axis=1), 1, atol=1e-12)
    shares = found[found["model"] == "majority"].groupby("fold")[["p_up", "p_flat", "p_down"]].first()
    for fold, row in shares.iterrows():
        first = found[found["fold"] == fold]["date"].min()
        known = table[
            (table["label_end"] <= first) & (table["date"] < first) & table["volume_z_lag3"].notna()
        ]
        expected = [(known["direction"] == c).mean() for c in (1, 0, -1)]
        np.testing.assert_allclose(row, expected, atol=1e-12)


def test_a_class_that_a_training_part_never_saw_gets_nothing():
    table = build(BARS, FeatureConfig(window=4, dead_zone=0.01, sets=("lags",)))
    early = table["date"] < table["date"].iloc[60]
    table.loc[early & (table["direction"] == 0), "direction"] = 1
    found = walk_forward(table, FitConfig(models=("tree",), settings=SMALL), FOLDS)
    first = found[found["fold"] == 1]
    assert (first["p_flat"] == 0).all()
    np.testing.assert_allclose(first[["p_up", "p_down"]].sum(axis=1), 1, atol=1e-12)
    assert (found[(found["fold"] == 3) & (found["model"] == "tree")]["p_flat"] > 0).all()


def test_a_training_part_of_one_direction_is_refused():
    with pytest.raises(DataError, match=r"AAA: fold 1 trains on \d+ rows of one direction"):
        walk_forward(TABLE.assign(direction=pd.array([1] * len(TABLE), dtype="Int8")), FIT, FOLDS)


def test_too_few_dates_name_the_symbol():
    with pytest.raises(DataError, match=r"AAA: 3 usable dates are too few for --folds 3"):
        walk_forward(TABLE.head(9), FIT, FOLDS)


@pytest.mark.parametrize("reach", [1, 2, 5])
def test_the_horizon_is_read_off_the_table(reach):
    table = build(BARS, FeatureConfig(window=4, horizon=reach, sets=("lags",))).drop(columns="horizon")
    assert horizon(table) == reach
    assert horizon(table.drop(index=[30, 31, 77])) == reach
    assert horizon(table.assign(label_end=pd.NaT)) == 1


# ---- the model of today


def test_refit_learns_from_every_resolved_row(witness):
    table = numbered()
    table.loc[50, "direction"] = pd.NA
    (made,) = refit(table, FitConfig(models=("tree",), random_state=5))
    parameters, _, _ = witness[0]
    rows, y = learnt(witness[0], table)
    assert rows.tolist() == [t for t in range(4, 159) if t != 50]  # 159 is not resolved yet
    assert y.tolist() == table["direction"].loc[rows].tolist()
    assert parameters["random_state"] == 5
    assert (made.symbol, made.model) == ("AAA", "tree")
    assert made.trained_on["number"].tolist() == rows.tolist()


def test_refit_of_each_symbol_is_that_of_the_symbol_alone():
    pair, other = pair_of_symbols()
    config = FitConfig(models=("tree",), settings=SMALL)
    a, b = refit(pair, config)
    assert (a.symbol, b.symbol) == ("AAA", "BBB")
    for one, table in ((a, TABLE), (b, other)):
        (alone,) = refit(table, config)
        X = table[one.inputs.columns].dropna().to_numpy()
        np.testing.assert_array_equal(one.estimator.predict_proba(X), alone.estimator.predict_proba(X))
    (pooled,) = refit(pair, FitConfig(models=("tree",), settings=SMALL, pooled=True))
    assert pooled.symbol is None
    assert len(pooled.trained_on) == len(a.trained_on) + len(b.trained_on)


def test_refit_of_one_direction_is_refused():
    flat = TABLE.assign(direction=pd.array([0] * len(TABLE), dtype="Int8"))
    with pytest.raises(DataError, match="AAA: one direction only"):
        list(refit(flat, FIT))


# ---- no peek


@given(t=st.integers(40, 158), seed=st.integers(0, 2**16))
@settings(max_examples=12)
@example(t=158, seed=0)
@example(t=157, seed=0)
def test_changing_what_comes_later_moves_no_prediction(t, seed):
    found = walk_forward(build(changed_after(BARS, t, seed), FEATURES), FIT, FOLDS)
    known = BARS["date"].iloc[t]
    same(found[found["date"] <= known], EXPECTED[EXPECTED["date"] <= known])


@given(row=st.integers(140, 158))
@settings(max_examples=5)
def test_a_test_row_decides_nothing_for_the_others_of_its_fold(row):
    """Their features and labels are changed, one row at a time; nothing is scaled or chosen with them."""
    changed = TABLE.copy()
    changed.loc[row, feature_columns(TABLE)] *= 100.0
    changed.loc[row, "direction"] = 1 - changed.loc[row, "direction"]
    found = walk_forward(changed, FIT, FOLDS)
    date = TABLE["date"].iloc[row]
    same(found[found["date"] != date], EXPECTED[EXPECTED["date"] != date])


def test_until_a_date_the_folds_are_fitted_whose_test_part_has_begun():
    """On its first test date a fold has begun, the day before it has not."""
    ar = EXPECTED[EXPECTED["model"] == "ar"]
    begins = ar.loc[ar["fold"] == 2, "date"].iloc[0]
    one, two = (
        walk_forward(TABLE, FitConfig(models=("ar",)), FOLDS, until=np.datetime64(day))
        for day in (begins - pd.Timedelta(days=1), begins)
    )
    same(one[one["model"] == "ar"], ar[ar["fold"] == 1])
    same(two[two["model"] == "ar"], ar[ar["fold"] <= 2])
