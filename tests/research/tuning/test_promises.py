"""What a search promises, on trials of a few rows each: who is stopped, who is chosen, what luck explains."""

import datetime as dt
import math
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError
from signalcli.evaluation.metrics.sharpe import Trials, deflated, moments
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning import fits
from signalcli.research.tuning.entries import ledger_record, trials_of_record, with_every_symbol
from signalcli.research.tuning.fits import InnerFit, OuterFit, run_fit, with_parameters
from signalcli.research.tuning.inner import inner_config, inner_folds
from signalcli.research.tuning.lines import search_lines
from signalcli.research.tuning.noise import expected_best, null_of_returns
from signalcli.research.tuning.samplers import Listed
from signalcli.research.tuning.scores import net_by_model, net_score, values_by_date
from signalcli.research.tuning.search import Search
from signalcli.research.tuning.space import Choice, Range, complexity
from signalcli.research.tuning.table import tuning_table
from signalcli.research.tuning.trial import FAILED, FINISHED, STOPPED, Trial
from signalcli.research.tuning.tune import Tuned, Tuning, seed_of, tune
from signalcli.research.tuning.verdict import SearchVerdict, judge, overfitting
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.fits.fit import FitResult
from signalcli.training.fits.warned import Warned
from signalcli.training.plan import EVERY_SYMBOL, make_plan

N = 20  # rows of an inner fold
UPS = np.arange(2 * N) % 2 == 0
FREE = TradingRule(cost_bps=0)
WARNED = (Warned("builtins.RuntimeWarning", "an odd row", "model.py", 1),)
SPACE_OF_K = (Choice("k", tuple(range(10))),)


def inner_rows(fold, horizon=1):
    """Test rows of an inner fold: bars that open at the close before, and gain and lose 1 % in turn."""
    up = UPS[(fold - 1) * N : fold * N]
    close = 100 * np.cumprod(np.r_[1.0, np.where(UPS, 1.01, 0.99)])
    before, close = (x[(fold - 1) * N :][: N + 1] for x in (np.r_[100, close], close))
    date = pd.date_range("2024-01-01", periods=2 * N + 1, freq="D")[(fold - 1) * N :]
    price = {"open": before[:-1], "high": close[:-1] * 1.02, "low": close[:-1] * 0.98, "close": close[:-1]}
    return pd.DataFrame({"symbol": "S", "date": date[:N], **price, "volume": 1.0}).assign(
        forward_return=close[1:] / close[:-1] - 1,
        direction=pd.array(up.astype(int), dtype="Int8"),
        label_end=date[1 : N + 1],
        horizon=horizon,
        fold=fold,
    )


def p_up(right, sure=0.9):
    """Probabilities of up that are on the right side where ``right`` (2 N,) says so."""
    return np.where(right == UPS, sure, 1 - sure)


def trial(number, parameters, right, sure=0.9, state=FINISHED, scores=(0.5, 0.5)):
    p = p_up(np.asarray(right), sure)[:, np.newaxis]
    return Trial(number, parameters, state, list(scores), [p[:N], p[N:]][: len(scores)])


def search(trials=(), space=SPACE_OF_K, parts=((0, 0),), horizon=1, **config):
    settings = TuneConfig(space="-", **{"objective": "accuracy"} | config)
    rows = [inner_rows(1, horizon), inner_rows(2, horizon)]
    found = Search(
        "m", "S", 1, list(parts), rows, ("p_up",), space, Listed(iter(())), settings, replace(FREE, hold=1)
    )
    found.trials = list(trials)
    return found


def wrong_on(*rows):
    return ~np.isin(np.arange(2 * N), rows)


# ---- who is stopped


def after_first_fold(finished, rows_right, objective="accuracy", others=()):
    """State of a trial that got so many of twenty rows right, beside scores of finished trials."""
    known = [Trial(k, {"k": k}, FINISHED, [score, 0.9]) for k, score in enumerate(finished)]
    one = search([*known, *others, Trial(9, {"k": 9})], objective=objective)
    sure = 0.9 if rows_right is not None else 0.5
    right = np.arange(2 * N) < (rows_right or 0)
    one.take(0, [FitResult(p_up(right, sure)[:N, np.newaxis])])
    return one.trials[-1].state


SCORES = [0.5, 0.55, 0.6, 0.65, 0.9]  # median .6, mean .64


@pytest.mark.parametrize(
    ("finished", "right", "state"),
    [
        (SCORES, 12, "running"),  # equal to the median
        (SCORES, 11, "stopped"),
        (SCORES, 14, "running"),
        (SCORES[1:], 1, "running"),  # four finished trials are too few
        ([0.5, 0.6, 0.6, 0.6, 0.6, 0.7], 11, "stopped"),
    ],
)
def test_behind_the_median_after_the_same_fold_is_stopped(finished, right, state):
    """The finished trials ended at .9: what counts is where they were after the first fold."""
    assert after_first_fold(finished, right) == state


def test_trials_that_were_stopped_do_not_raise_the_median():
    stopped = [Trial(20 + k, {"k": k}, STOPPED, [0.95]) for k in range(4)]
    assert after_first_fold(SCORES, 12, others=stopped) == "running"


def test_a_score_that_is_not_defined_yet_stops_nobody():
    """Probabilities of one half are flat: no return varies, so there is no Sharpe ratio to be behind by."""
    assert after_first_fold(SCORES, None, "net_sharpe") == "running"


def test_one_symbol_that_fails_fails_the_trial_and_the_first_reason_is_told():
    result = FitResult(p_up(UPS)[:N, np.newaxis])
    for results, reason in (([result, "no"], "no"), (["first", "second"], "first")):
        one = search([Trial(1, {"k": 1})], parts=((0, 0), (1, 0)))
        one.take(0, results)
        assert (one.trials[0].state, one.trials[0].reason) == (FAILED, reason)


# ---- who is chosen

BEST = wrong_on(25)
NEAR = wrong_on(9, 33)  # right where the best is wrong: .6 standard errors behind
BEHIND = wrong_on(25, *range(8, 14))  # 1.4 of them
FAR = wrong_on(*range(0, 40, 3))  # 10 of them


def chosen(*trials, **settings):
    return search(trials, **settings).chosen.number


def test_the_simplest_of_those_that_are_not_behind_by_a_standard_error():
    """The last of four is near the best and simpler than the two that are as good; k says how simple."""
    trials = [
        trial(1, {"k": 8}, BEST, scores=(1, 39 / 40)),
        trial(2, {"k": 9}, NEAR, scores=(0.95, 38 / 40)),
        trial(3, {"k": 0}, FAR, scores=(0.6, 26 / 40)),
        trial(4, {"k": 5}, NEAR, scores=(0.95, 38 / 40)),
    ]
    assert chosen(*trials) == 4
    assert chosen(*trials, choose="best") == 1
    stopped = trial(5, {"k": 1}, NEAR, state=STOPPED)
    assert chosen(*trials, stopped) == 4, "a stopped trial has not seen all rows"


def test_between_one_and_two_standard_errors_is_behind():
    trials = [
        trial(1, {"k": 8}, BEST, scores=(1, 39 / 40)),
        trial(2, {"k": 0}, BEHIND, scores=(0.7, 33 / 40)),
    ]
    assert chosen(*trials) == 1


def test_of_equally_simple_trials_the_first_is_chosen():
    space = (Choice("a", (0, 1)), Choice("b", (0, 1)))
    trials = [
        trial(1, {"a": 1, "b": 1}, BEST, scores=(1, 39 / 40)),
        trial(2, {"a": 1, "b": 0}, NEAR, scores=(0.95, 38 / 40)),
        trial(3, {"a": 0, "b": 1}, NEAR, scores=(0.95, 38 / 40)),
    ]
    assert chosen(*trials, space=space) == 2
    assert complexity(space, {"a": 1, "b": 1}) == 2
    assert complexity(space, {"a": 0, "b": 1}) == 1


def test_the_objective_says_who_is_near():
    """Both get every row right, one of them less surely: near by accuracy, far by log loss."""
    sure = trial(1, {"k": 8}, BEST, scores=(-math.log(0.9),) * 2)
    unsure = trial(2, {"k": 0}, BEST, sure=0.6, scores=(-math.log(0.6),) * 2)
    wrong_once = trial(3, {"k": 9}, NEAR, scores=(0.3, 0.3))
    assert chosen(sure, unsure, wrong_once, objective="accuracy") == 2
    varied = replace(unsure, p=[unsure.p[0], unsure.p[1] * np.where(UPS[N:], 1.05, 1.0)[:, np.newaxis]])
    assert chosen(sure, varied, wrong_once, objective="log_loss") == 1


def test_overlapping_labels_make_the_standard_error_larger():
    """Three wrong rows side by side are 1.1 standard errors, and .9 with labels of five bars."""
    trials = [
        trial(1, {"k": 8}, BEST, scores=(1, 39 / 40)),
        trial(2, {"k": 0}, wrong_on(4, 5, 6, 25), scores=(0.85, 36 / 40)),
    ]
    assert chosen(*trials) == 1
    assert chosen(*trials, horizon=5) == 2


# ---- inner folds and fits


def test_inner_folds_have_the_scheme_of_the_outer_ones_and_neither_hold_out_nor_dates():
    outer = FoldConfig(
        folds=7, cv="rolling", gap=2, max_train=50, holdout=dt.date(2024, 1, 1), open_holdout=True
    )
    assert inner_config(outer, TuneConfig(space="-", inner_folds=4)) == FoldConfig(
        folds=4, cv="rolling", gap=2, max_train=50
    )
    dated = FoldConfig(refit_every="month")
    assert inner_config(dated, TuneConfig(space="-")) == FoldConfig(folds=3)


def test_each_training_part_has_its_own_inner_folds_and_the_last_has_all_labeled_rows():
    table = build(random_bars(120), FeatureConfig(window=3, sets=("lags",)))
    table.loc[60, "direction"] = pd.NA
    folds = FoldConfig(folds=2)
    plan = make_plan(table, FitConfig(models=("ar",)), folds)
    group = plan.groups[0]
    parts = inner_folds(plan, group, FoldConfig(folds=2))
    ends = [part[-1].test.max() for part in parts]
    assert ends == [group.folds[0].train.max(), group.folds[1].train.max(), len(group.rows) - 2]
    unlabeled = int(np.flatnonzero(group.rows["direction"].isna())[0])
    for fold in parts[-1]:
        assert unlabeled not in {*fold.train, *fold.test}


def test_one_direction_inside_a_training_part_is_refused_and_said_where():
    """The first 25 bars only rise, so the first inner training part knows nothing else."""
    bars = random_bars(120)
    rise = np.r_[np.arange(1.0, 26), np.full(95, 25.0) + np.arange(95) % 2]
    flat = dict.fromkeys(("open", "high", "low", "close"), rise)
    table = build(bars.assign(**flat), FeatureConfig(window=3, sets=("lags",), channels=("ret",)))
    plan = make_plan(table, FitConfig(models=("ar",)), FoldConfig(folds=2))
    with pytest.raises(DataError, match="inside the training part of fold 1; use more bars or fewer"):
        inner_folds(plan, plan.groups[0], FoldConfig(folds=2))


def test_parameters_of_a_trial_stand_over_those_that_are_set_and_other_models_keep_theirs():
    config = FitConfig(("tree", "ar"), {"tree": {"n_estimators": 3, "num_leaves": 7}, "ar": {"p": 1}})
    assert with_parameters(config, "tree", {"num_leaves": 15}).settings == {
        "tree": {"n_estimators": 3, "num_leaves": 15},
        "ar": {"p": 1},
    }
    assert with_parameters(config, "majority", {}).settings == config.settings


def test_an_inner_fit_that_is_refused_says_why_and_an_outer_one_raises(monkeypatch):
    def refuse(*_):
        raise DataError("DATA-FEW", "too few rows")

    monkeypatch.setattr(fits, "fit_task", refuse)
    monkeypatch.setattr(fits, "_plain_fit", lambda *_: ())
    assert run_fit(None, InnerFit(0, 0, 0, "m", {})) == "too few rows"
    with pytest.raises(DataError, match="too few rows"):
        run_fit(None, OuterFit(0, 0, "m", {}))


def test_models_and_seeds_have_samplers_of_their_own():
    assert len({seed_of(0, "ar"), seed_of(0, "tree"), seed_of(1, "ar")}) == 3
    assert seed_of(1, "ar") == seed_of(1, "ar")


# ---- scores


def test_a_net_score_is_the_mean_of_a_bar_or_the_annual_sharpe_ratio():
    """Weekdays: returns of 1 % and 3 % in turn, mean 2 %, deviation √(10/9) %."""
    net = pd.Series(np.tile([0.01, 0.03], 5), index=pd.bdate_range("2024-01-01", periods=10))
    assert net_score(net, "net_return") == pytest.approx(0.02)
    assert net_score(net, "net_sharpe") == pytest.approx(2 / math.sqrt(10 / 9) * math.sqrt(252))


def test_rows_of_one_date_are_one_value():
    """Two symbols: the first is right on every date, the second on every second one."""
    rows = pd.concat([inner_rows(1), inner_rows(1).assign(symbol="T")], ignore_index=True)
    right = np.r_[np.ones(N, bool), np.arange(N) % 4 < 2]
    rows = rows.assign(model="m", p_up=np.where(np.tile(UPS[:N], 2) == right, 0.9, 0.1))
    values = values_by_date(rows, "accuracy", FREE)["m"]
    assert values.tolist() == np.where(np.arange(N) % 4 < 2, 1.0, 0.5).tolist()


def test_values_of_balanced_accuracy_weigh_each_class_alike():
    """Ten up and five down: eight and three right give (.8 + .6) / 2; an absent class does not count."""
    up = UPS[:N]
    rows, up = inner_rows(1)[up | (np.arange(N) < 10)], up[up | (np.arange(N) < 10)]
    right = np.where(up, np.cumsum(up) <= 8, np.cumsum(~up) <= 3)
    said = rows.assign(model="m", p_up=np.where(up == right, 0.9, 0.1))
    values = values_by_date(said, "balanced_accuracy", FREE)["m"]
    assert len(values) == 15
    assert values.mean() == pytest.approx(0.7)
    assert values_by_date(said[up], "balanced_accuracy", FREE)["m"].mean() == pytest.approx(0.8)


# ---- the verdict on a search


def test_a_verdict_is_about_the_chosen_trial_among_the_finished_ones():
    """Trials 1 and 3 finished; 2 was stopped with the best score of all, and is in no curve."""
    trials = [
        trial(1, {"k": 0}, FAR, scores=(0.6, 0.65)),
        trial(2, {"k": 3}, BEST, state=STOPPED, scores=(1.0,)),
        trial(3, {"k": 8}, BEST, scores=(1.0, 39 / 40)),
        trial(4, {"k": 2}, NEAR, scores=(0.95, 38 / 40)),
    ]
    one = search(trials)
    found = judge(one)
    assert found.chosen.number == 4
    assert found.rows == 2 * N
    assert found.best_so_far.tolist() == [0.65, 0.65, 0.975, 0.975]
    assert found.noise_best[0] == found.noise_best[1] < found.noise_best[2] <= found.noise_best[3]
    of_finished = [trials[0], *trials[2:]]
    nets = net_by_model(one.predictions(of_finished), one.rule)
    net = pd.DataFrame({t.number: nets[f"{t.number:06d}"].to_numpy() for t in of_finished})
    assert all(net[t.number].to_numpy() == pytest.approx(net_of(t.p)) for t in of_finished)
    assert found.pbo == overfitting(net.to_numpy())
    sharpes = {k: moments(net[k].to_numpy()) for k in net}
    variance = np.var([s[0] for s in sharpes.values()], ddof=1)
    chosen_one = sharpes[4]
    luck = found.dsr
    assert 0 < luck < 1
    raw = deflated(chosen_one[0], 2 * N, chosen_one[1], chosen_one[2], 3, variance)
    assert luck <= raw, "the larger of two benchmarks counts"
    assert judge(search(trials, choose="best")).dsr != luck


def test_luck_of_returns_knows_how_many_bars_a_label_spans():
    """Signs change for five bars together, as the labels overlap."""
    trials = [trial(1, {"k": 0}, FAR), trial(2, {"k": 1}, BEST)]
    one = search(trials, horizon=5, objective="net_return")
    nets = pd.DataFrame(net_by_model(one.predictions(trials), one.rule))
    five, single = (
        expected_best(null_of_returns(nets, "net_return", h), "net_return").tolist() for h in (5, 1)
    )
    assert judge(one).noise_best.tolist() == five
    assert five != single


def net_of(p):
    """Net returns: a position of a close is filled at the next open, which is that close."""
    side = np.sign(np.concatenate(p)[:, 0] - 0.5)
    moves = np.where(UPS, 0.01, -0.01)
    return np.r_[0.0, (side * moves)[:-1]]


# ---- the table


def search_verdict(one, number=1):
    curves = np.zeros(len(one.trials))
    return SearchVerdict(one.trials[number - 1], 2 * N, curves, curves, 0.5, 0.5)


def outer(symbol, right, fold, horizon=1):
    rows = inner_rows(fold, horizon).assign(symbol=symbol, model="m")
    up = UPS[(fold - 1) * N : fold * N]
    return rows.assign(p_up=np.where(up == (np.arange(N) < right), 0.9, 0.1))


def tuned(predictions, searches):
    table = pd.concat(predictions, ignore_index=True)
    return Tuned(table, searches, [], ["x"], FoldConfig(), (), in_time=True)


def two_folds(label="S"):
    """Searches of two folds: of three and two trials, of which one failed and one was stopped."""
    first = search(
        [
            trial(1, {"k": 1}, FAR, scores=(0.6, 0.65)),
            trial(2, {"k": 2}, BEST, scores=(1.0, 1.0)),
            Trial(3, {"k": 3}, FAILED),
        ]
    )
    second = search(
        [trial(1, {"k": 1}, FAR, scores=(0.6, 0.75)), trial(2, {"k": 4}, FAR, state=STOPPED, scores=(0.2,))]
    )
    first.label = second.label = label
    second.fold = 2
    return [first, second]


def test_a_row_is_about_the_chosen_trial_and_the_rows_of_its_own_symbol_and_fold():
    """18 and 12 of 20 right; another symbol is right on none and is in no row of this one."""
    searches = two_folds()
    predictions = [outer("S", 18, 1), outer("S", 12, 2), outer("T", 0, 1), outer("T", 0, 2)]
    found = tuned(predictions, searches)
    table = tuning_table(found, [search_verdict(s) for s in searches], {}, FREE).set_index("fold")
    assert table["outer_rows"].tolist() == [20, 20, 40]
    assert table["accuracy"].tolist() == pytest.approx([0.9, 0.6, 0.75])
    assert table["inner_score"].tolist() == pytest.approx([0.65, 0.75, 0.7]), "of the chosen, not of the best"
    assert table["gap"].tolist() == pytest.approx([-0.25, 0.15, -0.05])
    assert table["trials"].tolist() == [3, 2, 4], "k = 1, 2, 3 and 4"
    assert table["stopped"].tolist() == [0, 1, 1]
    assert table["failed"].tolist() == [1, 0, 1]
    assert table["inner_rows"].tolist() == [40, 40, 80]


def test_the_sharpe_ratio_of_all_rows_is_that_of_the_rule_and_deflated_by_its_trials():
    searches = two_folds()
    found = tuned([outer("S", 18, 1), outer("S", 12, 2)], searches)
    verdicts = [search_verdict(s) for s in searches]
    trials = Trials(50, 0.02, 1.5)
    for cost in (0, 30):
        rule = TradingRule(cost_bps=cost)
        table = tuning_table(found, verdicts, {"S": trials}, rule).set_index("fold")
        right = np.r_[np.arange(N) < 18, np.arange(N) < 12]
        side = np.where(right == UPS, 1.0, -1.0)
        gross = np.r_[1.0, 1 + side[:-1] * np.where(UPS[:-1], 0.01, -0.01)]
        turnover = np.abs(np.diff(np.r_[0.0, 0.0, side[:-1]]))
        net = gross * (1 - turnover * cost / 1e4) - 1
        sharpe, skew, kurtosis = moments(net)
        wanted = deflated(sharpe, 2 * N, skew, kurtosis, *trials)
        assert table.loc["all", "dsr"] == pytest.approx(wanted)
        assert table.loc[["1", "2"], "dsr"].isna().all()
    assert math.isnan(tuning_table(found, verdicts, {}, FREE)["dsr"].iloc[2]), "without a ledger"


def test_the_interval_knows_which_rows_overlap_and_which_share_a_date(monkeypatch):
    """Two symbols that share the search: the bars of both are numbered by date."""
    asked = []

    def remember(correct, horizon, bars):
        asked.append((int(correct.sum()), horizon, bars.tolist()))
        return 0.1, 0.9

    monkeypatch.setattr("signalcli.research.tuning.table.share_interval", remember)
    one = two_folds(EVERY_SYMBOL)[:1]
    found = tuned([outer("S", 18, 1, horizon=5), outer("T", 12, 1, horizon=5)], one)
    tuning_table(found, [search_verdict(one[0])], {}, replace(FREE, hold=1))
    assert asked == [(30, 5, [*range(N), *range(N)])] * 2


# ---- what the ledger counts

TABLE = build(
    pd.concat([random_bars(90), random_bars(90, 1, "BBB")], ignore_index=True),
    FeatureConfig(window=4, sets=("lags",)),
)
SPACE = {"ar": (Choice("p", (0, 1)),)}
CONFIG = TuneConfig(space="-", sampler="grid", inner_folds=2, choose="best")
TUNING = Tuning(CONFIG, SPACE, FitConfig(), FoldConfig(folds=2), TradingRule(cost_bps=7), whole=True)
TUNED = tune(TABLE, TUNING)
RECORD = ledger_record(TABLE, TUNED, TUNING, "run", "now")


def test_each_symbol_of_a_shared_search_has_each_configuration_as_a_trial():
    """Two orders tried and the tuned predictions make three trials of each symbol; no baseline is one."""
    assert {s: t.number for s, t in trials_of_record(RECORD).items()} == {"AAA": 3, "BBB": 3}
    own = [e for e in RECORD.entries if not e.baseline]
    assert sorted(e.symbol for e in own) == ["AAA"] * 3 + ["BBB"] * 3
    inner = [e for e in own if e.recipe is None]
    rows = [sum((r["symbol"] == s).sum() for r in TUNED.whole[0].rows) for s in ("AAA", "BBB")]
    assert [e.rows for e in sorted(inner, key=lambda e: e.symbol)] == [rows[0]] * 2 + [rows[1]] * 2
    assert all('"cost_bps": 7' in str(e.rule) for e in RECORD.entries)


def test_the_strictest_symbol_deflates_a_shared_model():
    """The largest benchmark: of two symbols the one with more trials."""
    trials = {"A": Trials(2, 0.01, 0.5), "B": Trials(90, 0.01, 2.4)}
    found = with_every_symbol(trials, TUNED.predictions)
    assert found[EVERY_SYMBOL] == trials["B"]
    assert found["A"] == trials["A"]


def test_a_space_that_is_tried_whole_is_not_ended_by_the_clock():
    """The second look at the clock is after the limit, but no point is left."""
    ticks = iter([0.0, 100.0])
    limited = replace(TUNING, config=replace(CONFIG, time_limit="1m"), whole=False)
    assert tune(TABLE, limited, clock=lambda: next(ticks)).in_time


# ---- lines


def test_lines_name_symbols_failures_and_the_clock():
    failed = [Trial(k, {"k": k}, FAILED, reason=r) for k, r in enumerate(["a", "b", "a", "c"])]
    one = search([*failed, trial(9, {"k": 5}, BEST), trial(10, {"k": 6}, FAR, state=STOPPED, scores=(0.1,))])
    found = replace(tuned([outer("S", 18, 1)], [one]), left_out=("T: too few rows",), in_time=False)
    assert list(search_lines(found)) == [
        "1 symbol left out: T: too few rows",
        "4 of 6 trials could not be fitted: a",
        "--time-limit ended the search after 6 trials of each fold",
    ]
    assert list(search_lines(tuned([outer("S", 18, 1)], [search([trial(1, {"k": 1}, BEST)])]))) == []


def test_values_of_a_range():
    """Half of the way from 1 to 100 is 10 by ratios, and 50.5 by differences; both ends are drawn."""
    assert Range("x", 1, 100, log=True).at(0.5) == 10
    assert Range("x", 1, 100).at(0.5) == 50.5
    rng = np.random.default_rng(0)
    assert {Range("n", 3, 5, whole=True).draw(rng) for _ in range(100)} == {3, 4, 5}
    assert {Range("n", 3, 5, whole=True, log=True).draw(rng) for _ in range(100)} == {3, 4, 5}


# ---- what is done where


def test_workers_of_other_instructions_get_no_cache_and_warnings_of_outer_fits_are_issued(
    tmp_path, monkeypatch
):
    """What is fitted warns; results of other machines are neither read nor written."""

    @contextmanager
    def here(function, shared, jobs, cluster):
        def run(tasks, done=None):
            for number, task in enumerate(tasks):
                result = function(shared, task)._replace(warned=WARNED if isinstance(task, OuterFit) else ())
                if done is not None:
                    done(number, result)
                yield result

        yield run

    monkeypatch.setattr("signalcli.research.tuning.tune.spread_runner", here)
    for exact in (True, False):
        cache = FitCache(CacheFolder(tmp_path / str(exact), 10**8))
        with pytest.warns(RuntimeWarning, match="an odd row"):
            found = tune(TABLE, TUNING, cache=cache, cluster=SimpleNamespace(exact=exact))
        pd.testing.assert_frame_equal(found.predictions, TUNED.predictions, check_exact=True)
        assert (cache.fitted > 0) == exact
        assert set(found.predictions["model"]) == {"ar", "majority", "persistence", "ar1"}


def test_symbols_too_short_for_outer_or_for_inner_folds_are_both_named():
    bars = [random_bars(90), random_bars(7, 2, "CCC"), random_bars(13, 3, "DDD")]
    table = build(pd.concat(bars, ignore_index=True), FeatureConfig(window=4, sets=("lags",)))
    found = tune(table, replace(TUNING, whole=False))
    assert [line.partition(":")[0] for line in found.left_out] == ["CCC", "DDD"]
    assert "inside the training part of" in found.left_out[1]
    assert "inside" not in found.left_out[0]
