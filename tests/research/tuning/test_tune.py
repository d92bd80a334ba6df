"""Nested search: what an outer fold may see, and that nothing but the settings decides the result."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from random_bars import changed_after, random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning import fits
from signalcli.research.tuning.inner import inner_config, inner_folds
from signalcli.research.tuning.space import Choice, Range
from signalcli.research.tuning.tune import Tuning, tune
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.plan import make_plan
from signalcli.training.walk_forward import walk_forward

BARS = random_bars(170)
FEATURES = FeatureConfig(window=6, sets=("lags",))
TABLE = build(BARS, FEATURES)
FOLDS = FoldConfig(folds=2)
AR = {"ar": (Choice("p", (0, 1, 2, 3)),)}
SETTINGS = Tuning(TuneConfig(space="-", sampler="grid", inner_folds=2), AR, FitConfig(), FOLDS, TradingRule())
FOUND = tune(TABLE, SETTINGS)


def outcome(tuned):
    return [
        (s.label, s.model, s.fold, [(t.parameters, t.state, t.scores) for t in s.trials], s.chosen.number)
        for s in (*tuned.searches, *tuned.whole)
    ]


def test_a_space_of_one_point_is_a_fit() -> None:
    one = tune(TABLE, replace(SETTINGS, space={"ar": (Choice("p", (2,)),)}))
    plain = walk_forward(TABLE, FitConfig(models=("ar",), settings={"ar": {"p": 2}}), FOLDS)
    pd.testing.assert_frame_equal(one.predictions, plain, check_exact=True)


def test_an_interrupted_search_goes_on_from_the_cache(tmp_path, monkeypatch) -> None:
    cache = FitCache(CacheFolder(tmp_path, 10**8))
    assert outcome(tune(TABLE, SETTINGS, cache=cache)) == outcome(FOUND)
    monkeypatch.setattr(fits, "fit_task", None)  # nothing is fitted any more
    again = tune(TABLE, SETTINGS, cache=cache)
    assert outcome(again) == outcome(FOUND)
    pd.testing.assert_frame_equal(again.predictions, FOUND.predictions, check_exact=True)


def test_each_fold_is_fitted_with_its_own_parameters() -> None:
    tuned = tune(TABLE, replace(SETTINGS, config=replace(SETTINGS.config, choose="best")))
    assert [search.chosen.parameters for search in tuned.searches] == [{"p": 2}, {"p": 3}]
    for search in tuned.searches:
        fit = FitConfig(models=("ar",), settings={"ar": search.chosen.parameters})
        plain = walk_forward(TABLE, fit, FOLDS)
        own = tuned.predictions[tuned.predictions["fold"] == search.fold].reset_index(drop=True)
        same = plain[plain["fold"] == search.fold].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, same, check_exact=True)


def test_inner_scores_are_those_of_a_walk_forward_inside_the_training_part() -> None:
    first = FOUND.searches[0]
    outer = make_plan(TABLE, FitConfig(models=("ar",)), FOLDS).groups[0]
    part = outer.rows.iloc[outer.folds[0].train]
    plain = walk_forward(part, FitConfig(models=("ar",), settings={"ar": {"p": 1}}), FOLDS)
    own = plain[plain["model"] == "ar"]
    p = np.where(own["direction"] == 1, own["p_up"], 1 - own["p_up"])
    assert first.trials[1].score == pytest.approx(-np.mean(np.log(p)), abs=1e-12)


@pytest.mark.parametrize("fold", [0, 1])
def test_later_bars_move_no_choice(fold) -> None:
    outer = make_plan(TABLE, FitConfig(models=("ar",)), FOLDS).groups[0]
    start = outer.rows["date"].iloc[outer.folds[fold].test[0]]
    t = int(np.flatnonzero(BARS["date"] == start)[0])
    other = tune(build(changed_after(BARS, t), FEATURES), SETTINGS)
    assert outcome(other)[: fold + 1] == outcome(FOUND)[: fold + 1]
    assert not other.predictions.equals(FOUND.predictions)


@pytest.mark.parametrize(("horizon", "gap"), [(1, 0), (5, 0), (1, 3)])
def test_inner_folds_purge_and_leave_the_gap(horizon, gap) -> None:
    table = build(random_bars(260), FeatureConfig(window=6, sets=("lags",), horizon=horizon))
    folds, config = FoldConfig(folds=2, gap=gap), TuneConfig(space="-", inner_folds=2)
    plan = make_plan(table, FitConfig(models=("ar",)), folds)
    group = plan.groups[0]
    dates, ends = group.rows["date"].to_numpy(), group.rows["label_end"].to_numpy()
    parts = inner_folds(plan, group, inner_config(folds, config))
    assert len(parts) == 3
    for part, outer in zip(parts, group.folds, strict=False):
        for fold in part:
            assert set(fold.train) | set(fold.test) <= set(outer.train)
            assert ends[fold.train].max() <= dates[fold.test[0]]
            assert ends[fold.test].max() <= dates[outer.test[0]]
            between = [d for d in dates[outer.train] if dates[fold.train[-1]] < d < dates[fold.test[0]]]
            assert len(between) >= gap


def test_the_same_for_any_number_of_processes() -> None:
    settings = replace(
        SETTINGS,
        config=replace(SETTINGS.config, sampler="random", trials=11),
        space=AR | {"logistic": (Range("C", 1e-3, 1.0, log=True),)},
        whole=True,
    )
    one, two = (tune(TABLE, settings, jobs=jobs) for jobs in (1, 2))
    assert outcome(one) == outcome(two)
    pd.testing.assert_frame_equal(one.predictions, two.predictions, check_exact=True)


def test_the_time_limit_leaves_every_search_with_the_same_trials() -> None:
    ticks = iter([0.0, 10.0, 61.0])
    config = replace(SETTINGS.config, sampler="random", trials=40, time_limit="1m")
    space = {"logistic": (Range("C", 1e-3, 1.0, log=True),)}
    tuned = tune(TABLE, replace(SETTINGS, config=config, space=space), clock=lambda: next(ticks))
    assert [len(s.trials) for s in tuned.searches] == [16, 16]
    assert not tuned.in_time
    assert tune(TABLE, replace(SETTINGS, config=replace(config, sampler="grid", trials=None))).in_time


def test_an_observer_is_told_of_every_inner_fold() -> None:
    stages = []
    tune(TABLE, SETTINGS, stages.append)
    assert [(s.done, s.total, s.text) for s in stages] == [
        (8, 8, "8 of 8 trials, inner fold 1"),
        (8, 8, "8 of 8 trials, inner fold 2"),
        (1, 1, "8 outer fits"),
    ]


def test_every_symbol_has_its_own_search_and_one_that_is_too_short_is_left_out() -> None:
    bars = pd.concat([random_bars(170), random_bars(170, 1, "BBB"), random_bars(12, 2, "CCC")])
    tuned = tune(build(bars, FEATURES), replace(SETTINGS, whole=True))
    assert [(s.label, s.fold) for s in tuned.searches] == [("AAA", 1), ("AAA", 2), ("BBB", 1), ("BBB", 2)]
    assert [(s.label, len(s.parts)) for s in tuned.whole] == [("all symbols", 2)]
    assert len(tuned.left_out) == 1
    assert tuned.left_out[0].startswith("CCC: ")
    alone = tune(build(random_bars(170, 1, "BBB"), FEATURES), SETTINGS)
    assert outcome(alone) == outcome(tuned)[2:4]
    with pytest.raises(DataError, match="CCC"):
        tune(build(bars, FEATURES), replace(SETTINGS, fit=FitConfig(require_all=True)))


def test_symbols_that_share_a_model_share_the_search() -> None:
    bars = pd.concat([random_bars(170), random_bars(170, 1, "BBB")])
    tuned = tune(build(bars, FEATURES), replace(SETTINGS, fit=FitConfig(pooled=True)))
    assert [(s.label, s.fold) for s in tuned.searches] == [("all symbols", 1), ("all symbols", 2)]


def test_three_classes_are_searched_too() -> None:
    table = build(
        random_bars(260), FeatureConfig(window=6, sets=("lags",), label="dead-zone", dead_zone=0.01)
    )
    tuned = tune(table, replace(SETTINGS, space={"logistic": (Choice("C", (0.01, 1.0)),)}))
    assert {"p_down", "p_flat", "p_up"} <= set(tuned.predictions)
    assert all(np.isfinite(t.score) for s in tuned.searches for t in s.trials)


def test_too_few_rows_say_where() -> None:
    with pytest.raises(
        DataError, match="inside the training part of fold 1; use more bars or fewer --inner-folds"
    ):
        tune(
            build(random_bars(40), FEATURES),
            replace(SETTINGS, config=replace(SETTINGS.config, inner_folds=20)),
        )
