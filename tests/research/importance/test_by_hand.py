"""Tables of a few draws and fits of a stub, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.features.build import build
from signalcli.research.importance import fold as of_fold
from signalcli.research.importance.fold import Draw, measure_fold
from signalcli.research.importance.importance import _summarize, _tasks, importance
from signalcli.research.importance.units import copy_of
from signalcli.research.importance.worlds import Fold, Task, make_worlds, order_rows
from signalcli.training.plan import make_plan

TABLE = build(random_bars(150), FeatureConfig(sets=("lags",), window=3, channels=("ret", "range")))
COLUMNS = [f"{channel}_lag{k}" for channel in ("ret", "range") for k in range(3)]
FOLDS = FoldConfig(folds=2)


def plan_of(table=TABLE, **fit):
    return make_plan(table, FitConfig(("logistic",), **fit), FOLDS)


def fold_of(table=TABLE, fold=0, copy=0, config=None, **fit):
    return Fold(plan_of(table, **fit), config or ImportanceConfig(), Task(0, fold, "logistic", copy))


# ---- the table


def draw(feature, fold, copy, value, *, copied=False, columns=1, symbol="S"):
    """One value: ten test rows in the first fold, thirty in the second."""
    return Draw(
        symbol,
        "m",
        fold,
        copy,
        "permutation",
        "feature",
        feature,
        columns,
        copied,
        value,
        10 if fold == 1 else 30,
    )


def draws_of(feature, values, **of):
    """Draws of a feature from ((fold 1, fold 2) of the first fit, (fold 1, fold 2) of the second)."""
    return [
        draw(feature, k + 1, copy, v, **of) for copy, pair in enumerate(values) for k, v in enumerate(pair)
    ]


def summarized(draws, by="all"):
    table = _summarize(pd.DataFrame(draws, columns=Draw._fields), ImportanceConfig(by=by))
    keys = ["symbol", "feature", *(["fold"] if by == "fold" else [])]
    return table.set_index(keys[1:] if table["symbol"].nunique() == 1 else keys)


TWO_FITS = [
    *draws_of("f", [(0.1, 0.5), (0.3, 0.9)]),
    *draws_of("g", [(0.0, 0.1), (0.0, 0.1)]),
    *draws_of("f", [(0.4, 0.0), (0.8, 0.0)], copied=True),  # .1 and .2
    *draws_of("g", [(0.0, 0.4), (0.4, 0.4)], copied=True),  # .3 and .4
]


def test_a_value_is_the_mean_over_rows_and_the_spread_that_of_folds():
    """(10 · .1 + 30 · .5 + 10 · .3 + 30 · .9) / 80; means of the folds .2 and .7."""
    row = summarized(TWO_FITS).loc["f"]
    assert row["value"] == pytest.approx(0.575)
    assert row["spread"] == pytest.approx(0.5 / 2**0.5)
    assert row["rows"] == 40, "a test row counts once, however many fits were tested on it"
    assert row["rank"] == 1


def test_the_floor_is_that_of_every_copy_of_every_fit_over_all_folds():
    """Four copies of .1, .2, .3 and .4: mean .25, variance .05 / 3, t of 3 degrees 2.353363; √(1 + 1/4)."""
    table = summarized(TWO_FITS)
    assert table["floor"].tolist() == pytest.approx([0.25 + 2.353363 * (0.05 / 3) ** 0.5 * 1.25**0.5] * 2)
    assert table["verdict"].tolist() == ["noise", "noise"]
    assert table.index.tolist() == ["f", "g"]


def test_a_value_at_the_floor_is_noise():
    """Two copies of .25: nothing varies, so the floor is .25 as well."""
    copies = draws_of("f", [(0.25, 0.25), (0.25, 0.25)], copied=True)
    table = summarized([*draws_of("g", [(0.25, 0.25)]), *draws_of("f", [(0.25, 0.375)]), *copies])
    assert table["floor"].tolist() == [0.25, 0.25]
    assert table["verdict"].to_dict() == {"f": "above", "g": "noise"}
    assert table["rank"].to_dict() == {"f": 1, "g": 2}


def test_columns_measured_together_have_a_floor_of_their_own():
    """Copies of three columns reach .5, those of one column .125."""
    wide = draws_of("wide", [(0.5, 0.5), (0.5, 0.5)], copied=True, columns=3)
    narrow = draws_of("one", [(0.125, 0.125), (0.125, 0.125)], copied=True)
    own = [*draws_of("wide", [(0.25, 0.25)], columns=3), *draws_of("one", [(0.25, 0.25)])]
    table = summarized([*own, *wide, *narrow])
    assert table["floor"].to_dict() == {"wide": 0.5, "one": 0.125}
    assert table["verdict"].to_dict() == {"wide": "noise", "one": "above"}


def test_each_fold_has_its_own_ranks_and_floor():
    """Copies of the first fold: .4, .8, 0 and .4; of the second 0, 0, .4 and .4."""
    table = summarized(TWO_FITS, by="fold")
    assert table["rank"].to_dict() == {("f", 1): 1, ("g", 1): 2, ("f", 2): 1, ("g", 2): 2}
    assert table.loc[("f", 1), "value"] == pytest.approx(0.2)
    assert table.loc[("f", 2), "value"] == pytest.approx(0.7)
    t = 2.353363 * 1.25**0.5
    assert table.loc[("f", 1), "floor"] == pytest.approx(max(0.4 + t * (0.32 / 3) ** 0.5, 0.8), abs=1e-6)
    assert table.loc[("f", 2), "floor"] == pytest.approx(0.2 + t * (0.16 / 3) ** 0.5, abs=1e-6)
    assert table["rows"].to_dict() == {("f", 1): 10, ("g", 1): 10, ("f", 2): 30, ("g", 2): 30}


def test_symbols_are_not_averaged():
    table = summarized([*draws_of("f", [(0.1, 0.1)]), *draws_of("f", [(0.3, 0.3)], symbol="T")])
    assert table["value"].to_dict() == {("S", "f"): pytest.approx(0.1), ("T", "f"): pytest.approx(0.3)}
    assert table["rank"].tolist() == [1, 1]


def test_a_symbol_that_is_left_out_is_named_and_the_others_are_measured():
    bars = pd.concat([random_bars(150), random_bars(150, 1, "BBB"), random_bars(9, 2, "CCC")])
    table = build(bars, FeatureConfig(sets=("lags",), window=3, channels=("ret", "range")))
    config = ImportanceConfig(copies=0, repeats=1)
    found = importance(table, FitConfig(("logistic",)), FOLDS, config)
    assert [line[:3] for line in found.lines] == ["CCC"]
    assert found.table["symbol"].unique().tolist() == ["AAA", "BBB"]
    alone = importance(TABLE, FitConfig(("logistic",)), FOLDS, config)
    pd.testing.assert_frame_equal(found.table[found.table["symbol"] == "AAA"], alone.table)


# ---- how many fits


@pytest.mark.parametrize(
    ("settings", "fits"),
    [
        ({}, 1),  # six columns: six copies in one fit
        ({"levels": ("channel",)}, 3),  # two channels of three lags: six copies in three fits
        ({"levels": ("lag",)}, 2),  # three lags of two channels
        ({"levels": ("feature", "set")}, 5),  # one set
        ({"drop": ("ret_*",)}, 5),  # one unit that is dropped
        ({"drop": ("ret_lag0", "ret_lag1")}, 3),
        ({"methods": (), "drop": ("ret_*",), "copies": 0}, 1),
        ({"levels": ("channel",), "copies": 2}, 2),
    ],
)
def test_every_unit_has_five_copies_with_as_many_columns(settings, fits):
    tasks = list(_tasks(plan_of(), ImportanceConfig(**settings)))
    assert tasks == [Task(0, fold, "logistic", copy) for fold in (0, 1) for copy in range(fits)]


# ---- shuffled copies


def test_seed_fold_fit_and_purpose_decide_an_order_and_nothing_else_does():
    (world,) = make_worlds(fold_of())
    orders = [
        order_rows(fold, world.test, *purpose)
        for fold, purpose in [
            (fold_of(), ("copy", "ret")),
            (fold_of(copy=1), ("copy", "ret")),
            (fold_of(fold=1), ("copy", "ret")),
            (fold_of(random_state=1), ("copy", "ret")),
            (fold_of(), ("copy", "range")),
            (fold_of(), ("permutation", "ret", 0)),
            (fold_of(), ("permutation", "ret", 1)),
        ]
    ]
    assert len({order.tobytes() for order in orders}) == len(orders)
    assert (order_rows(fold_of(), world.test, "copy", "ret") == orders[0]).all()


def test_blocks_are_as_long_as_asked():
    """Of 49 dates, twelve blocks of four and a last date: three rows of each block follow the row before."""
    (world,) = make_worlds(fold_of())
    assert len(world.test.dates) == 49
    orders = {
        b: order_rows(fold_of(config=ImportanceConfig(block=b)), world.test, "copy", "ret") for b in (1, 4)
    }
    follows = {block: np.count_nonzero(np.diff(order) == 1) for block, order in orders.items()}
    assert follows[4] >= 36
    assert follows[1] < 10


def test_a_row_of_copies_is_not_a_row_of_another_date():
    """Channels are shuffled one by one: a copy of all together would keep what they say together."""
    (world,) = make_worlds(fold_of())
    for part in (world.train, world.test):
        real = set(zip(part.columns["ret_lag0"], part.columns["range_lag0"], strict=True))
        copies = (part.columns[copy_of(name)] for name in ("ret_lag0", "range_lag0"))
        assert len(real & set(zip(*copies, strict=True))) < len(real) / 2


# ---- fits of a stub


class Momentum:
    """Says up with .9 where the last return was up, else with .1; whatever the other columns are."""

    classes_ = np.array([0, 1])

    def __init__(self, columns):
        self.at = columns.index("ret_lag0") if "ret_lag0" in columns else None

    def predict_proba(self, X):
        up = np.full(len(X), 0.5) if self.at is None else np.where(X[:, self.at] > 0, 0.9, 0.1)
        return np.column_stack([1 - up, up])


@pytest.fixture
def fits(monkeypatch):
    """Columns of every fit of `Momentum`."""
    seen = []

    def fit(_, __, inputs):
        seen.append(inputs.columns)
        return Momentum(inputs.columns)

    monkeypatch.setattr(of_fold, "_fit", fit)
    return seen


def measured(fold):
    draws = measure_fold((fold.plan, fold.config), fold.task)
    return {(d.feature, d.copied): d.value for d in draws}


def wrong(x, up):
    """Share of rows that `Momentum` gets wrong, from last returns and whether the next one is up."""
    return np.mean((x > 0) != (up == 1))


def test_permutation_is_the_mean_rise_over_different_orders(fits):
    """Only the column that the model reads matters; the score that is asked for gets worse."""
    config = ImportanceConfig(score="accuracy", repeats=3)
    fold = fold_of(config=config)
    (world,) = make_worlds(fold)
    x, up = world.test.columns["ret_lag0"], world.test.y
    orders = [order_rows(fold, world.test, "permutation", "ret_lag0", k) for k in range(3)]
    by_hand = np.mean([wrong(x[order], up) for order in orders]) - wrong(x, up)
    found = measured(fold)
    assert by_hand != 0
    assert found["ret_lag0", False] == pytest.approx(by_hand)
    assert {key for key, value in found.items() if value} == {("ret_lag0", False)}
    assert len(found) == 2 * len(COLUMNS)
    assert [set(columns) for columns in fits] == [{*COLUMNS, *map(copy_of, COLUMNS)}]


@pytest.mark.parametrize("score", ["accuracy", "brier", "log_loss"])
def test_ablation_is_by_the_score_that_is_asked_for(fits, score):
    """Without its column the stub says .5: a loss of ln 2, of a Brier score of 1/2, or every up wrong."""
    fold = fold_of(config=ImportanceConfig(methods=(), drop=("ret_lag0",), score=score, copies=0))
    (world,) = make_worlds(fold)
    right = (world.test.columns["ret_lag0"] > 0) == (world.test.y == 1)
    base = {
        "accuracy": np.mean(~right),
        "brier": np.mean(np.where(right, 2 * 0.1**2, 2 * 0.9**2)),
        "log_loss": -np.mean(np.log(np.where(right, 0.9, 0.1))),
    }
    without = {"accuracy": np.mean(world.test.y == 1), "brier": 0.5, "log_loss": np.log(2)}
    assert measured(fold) == {("ret_lag0", False): pytest.approx(without[score] - base[score])}


def test_an_ablation_leaves_out_the_columns_or_their_copies(fits):
    fold = fold_of(config=ImportanceConfig(methods=(), drop=("range_*",), copies=1))
    found = measured(fold)
    copies = {copy_of(c) for c in COLUMNS}
    dropped = {c for c in COLUMNS if c.startswith("range_")}
    every = {*COLUMNS, *copies}
    assert [set(columns) for columns in fits] == [
        every,
        every - dropped,
        every - {copy_of(c) for c in dropped},
    ]
    assert found == {("range_*", False): 0, ("range_*", True): 0}


def test_a_contribution_is_that_of_the_own_columns_and_not_of_the_expected_value(fits, monkeypatch):
    """Two channels: three lags add 1, −2 and 3 in every row, and then 1, 1 and 1; expected is 100."""
    place = dict(zip(COLUMNS, (1.0, -2, 3, 1, 1, 1), strict=True))

    def values(model, X):
        row = [place.get(c, 0.0) for c in fits[-1]]
        return np.tile([*row, 100.0], (len(X), 1))

    monkeypatch.setitem(of_fold.ATTRIBUTIONS, "contribution", values)
    fold = fold_of(config=ImportanceConfig(methods=("contribution",), levels=("channel",), copies=1))
    assert measured(fold) == {
        ("ret", False): 2,
        ("range", False): 3,
        ("ret", True): 0,
        ("range", True): 0,
    }


def test_training_rows_are_fitted_with_their_weights(monkeypatch):
    seen = []
    table = TABLE.assign(weight=np.arange(1.0, len(TABLE) + 1))
    fit_with_weights = of_fold.fit_with_weights

    def fit(estimator, X, y, weight):
        seen.append(weight)
        fit_with_weights(estimator, X, y, weight)

    monkeypatch.setattr(of_fold, "fit_with_weights", fit)
    fold = fold_of(table)
    measure_fold((fold.plan, fold.config), fold.task)
    group = fold.group
    assert [w.tolist() for w in seen] == [group.rows["weight"].iloc[group.folds[0].train].tolist()]
