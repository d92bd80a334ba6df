"""Which dates are learnt from, and which are tested."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit

from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, UsageError
from signalcli.training.folds import path_count, split
from signalcli.training.moments import Moments


def days(n, start="2024-01-01"):
    return np.datetime64(start, "us") + np.arange(n) * np.timedelta64(1, "D")


def ends(dates, horizon):
    """label_end of one symbol: the date ``horizon`` rows on."""
    out = np.full(len(dates), np.datetime64("NaT"), dtype="datetime64[us]")
    out[: len(dates) - horizon] = dates[horizon:]
    return out


def shown(dates, rows):
    return [str(d)[5:10] for d in dates[rows]]


def test_literal_dates():
    dates = days(9)
    folds = list(split(dates, ends(dates, 1), FoldConfig(folds=2)))
    assert [f.number for f in folds] == [1, 2]
    assert shown(dates, folds[0].train) == ["01-01", "01-02", "01-03"]
    assert shown(dates, folds[0].test) == ["01-04", "01-05", "01-06"]
    assert shown(dates, folds[1].train) == ["01-01", "01-02", "01-03", "01-04", "01-05", "01-06"]
    assert shown(dates, folds[1].test) == ["01-07", "01-08", "01-09"]


def test_literal_dates_with_horizon_gap_and_longest_training_part():
    dates = days(12)
    first, second = split(dates, ends(dates, 3), FoldConfig(folds=2, gap=1, max_train=4))
    # dates 01 … 03 stand before the gap; the labels of 02 and 03 end on 05 and 06
    assert shown(dates, first.train) == ["01-01", "01-02"]
    assert shown(dates, first.test) == ["01-05", "01-06", "01-07", "01-08"]
    assert shown(dates, second.train) == ["01-04", "01-05", "01-06"]
    assert shown(dates, second.test) == ["01-09", "01-10", "01-11", "01-12"]


@pytest.mark.parametrize("n", [20, 101, 250])
@pytest.mark.parametrize("folds", [2, 5, 7])
@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("max_train", [None, 9])
def test_equals_scikit_learn_index_for_index(n, folds, gap, max_train):
    dates = days(n)
    theirs = TimeSeriesSplit(folds, gap=gap, max_train_size=max_train)
    try:
        expected = list(theirs.split(dates))
    except ValueError:
        with pytest.raises(DataError):
            list(split(dates, ends(dates, 1), FoldConfig(folds, gap, max_train)))
        return
    found = list(split(dates, ends(dates, 1), FoldConfig(folds, gap, max_train)))
    assert len(found) == len(expected)
    for ours, (train, test) in zip(found, expected, strict=True):
        assert ours.train.tolist() == train.tolist()
        assert ours.test.tolist() == test.tolist()


def several_symbols(rng):
    """Shuffled rows of three symbols, two of them on parts of the dates."""
    dates, label_end = [], []
    for rows in (days(60), days(40, "2024-01-15"), days(60)[::2]):
        dates.append(rows)
        label_end.append(ends(rows, 1))
    order = rng.permutation(130)
    return np.concatenate(dates)[order], np.concatenate(label_end)[order]


def test_rows_of_one_date_are_never_parted(rng):
    dates, label_end = several_symbols(rng)
    tested = []
    for fold in split(dates, label_end, FoldConfig(folds=4)):
        assert set(dates[fold.train]).isdisjoint(dates[fold.test])
        assert dates[fold.train].max() < dates[fold.test].min()
        assert set(fold.test) == set(np.flatnonzero(np.isin(dates, dates[fold.test])))
        tested += fold.test.tolist()
    assert len(tested) == len(set(tested))
    first = min(dates[tested])
    assert set(tested) == set(np.flatnonzero(dates >= first))  # every row from the first test date on, once


@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("gap", [0, 3])
def test_a_label_that_ends_after_the_first_test_date_is_purged(horizon, gap):
    dates = days(100)
    label_end = ends(dates, horizon)
    for fold in split(dates, label_end, FoldConfig(folds=5, gap=gap)):
        first = dates[fold.test[0]]
        assert (label_end[fold.train] <= first).all()
        # and nothing else is: the row behind the last one ends too late, or lies in the gap
        behind = fold.train[-1] + 1
        assert label_end[behind] > first or behind >= fold.test[0] - gap
        assert fold.test[0] - fold.train[-1] == max(horizon, gap + 1)


def test_a_row_that_is_not_resolved_is_never_trained_on():
    dates = days(50)
    label_end = ends(dates, 1)
    unknown = [0, 7, 20]
    label_end[unknown] = np.datetime64("NaT")
    for fold in split(dates, label_end, FoldConfig(folds=3)):
        assert not set(unknown) & set(fold.train)
        assert set(fold.train) | set(unknown) >= set(range(fold.test[0]))


def test_a_longer_gap_trains_on_a_subset():
    dates = days(100)
    narrow = list(split(dates, ends(dates, 2), FoldConfig(folds=5, gap=1)))
    wide = list(split(dates, ends(dates, 2), FoldConfig(folds=5, gap=6)))
    for one, other in zip(narrow, wide, strict=True):
        assert set(other.train) < set(one.train)
        assert other.test.tolist() == one.test.tolist()


def test_test_blocks_move_forward_in_time():
    dates = days(83)
    blocks = [f.test for f in split(dates, ends(dates, 1), FoldConfig(folds=6))]
    assert np.concatenate(blocks).tolist() == list(range(83 - 6 * len(blocks[0]), 83))


@pytest.mark.parametrize(
    "config", [FoldConfig(folds=10), FoldConfig(folds=2, gap=8), FoldConfig(folds=3, gap=5)]
)
def test_too_few_dates(config):
    dates = days(10)
    with pytest.raises(DataError, match=f"10 usable dates .* --folds {config.folds} --gap {config.gap}"):
        list(split(dates, ends(dates, 1), config))


def test_rows_do_not_count_as_dates():
    dates = np.repeat(days(4), 25)
    with pytest.raises(DataError, match="4 usable dates"):
        list(split(dates, dates + np.timedelta64(1, "D"), FoldConfig(folds=5)))


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"folds": 1}, "--folds 1"), ({"gap": -1}, "--gap -1"), ({"max_train": 0}, "--max-train 0")],
)
def test_what_cannot_be_meant_is_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        FoldConfig(**settings)


# ---- rolling, refits, hold-out


def test_rolling_keeps_the_length_of_the_first_training_part():
    dates = days(12)
    folds = list(split(dates, ends(dates, 1), FoldConfig(folds=3, cv="rolling")))
    assert [shown(dates, f.train)[0] for f in folds] == ["01-01", "01-04", "01-07"]
    assert [len(f.train) for f in folds] == [3, 3, 3]
    theirs = TimeSeriesSplit(3, max_train_size=3).split(dates)
    assert [f.train.tolist() for f in folds] == [train.tolist() for train, _ in theirs]


@pytest.mark.parametrize(("n", "folds", "every"), [(60, 2, 4), (61, 3, 5), (100, 4, 1)])
def test_refits_after_so_many_dates_equal_scikit_learn(n, folds, every):
    dates = days(n)
    blocks = n // (folds + 1) * folds // every
    theirs = list(TimeSeriesSplit(blocks, test_size=every).split(dates))
    assert theirs[0][1][0] == n - n // (folds + 1) * folds, "the same first test date"
    found = list(split(dates, ends(dates, 1), FoldConfig(folds, refit_every=str(every))))
    assert [f.test.tolist() for f in found] == [test.tolist() for _, test in theirs]
    assert [f.train.tolist() for f in found] == [train.tolist() for train, _ in theirs]


@pytest.mark.parametrize(
    ("every", "begins"),
    [
        ("month", ["01-31", "02-01", "03-01"]),
        ("quarter", ["01-31"]),
        ("year", ["01-31"]),
        (
            "week",
            ["01-31", *(f"02-{day:02d}" for day in (5, 12, 19, 26)), "03-04", "03-11", "03-18", "03-25"],
        ),
        ("20", ["01-31", "02-20", "03-11"]),
    ],
)
def test_refits_begin_with_the_period(every, begins):
    dates = days(90)  # to the 30th of March 2024; the 5th of February is a Monday
    folds = list(split(dates, ends(dates, 1), FoldConfig(2, max_train=9, refit_every=every)))
    assert [shown(dates, f.test)[0] for f in folds] == begins
    assert np.concatenate([f.test for f in folds]).tolist() == list(range(30, 90))
    assert all(len(f.train) == 9 for f in folds)


def test_an_open_hold_out_is_tested_alone():
    dates = days(20)
    (fold,) = split(dates, ends(dates, 2), FoldConfig(holdout=dt.date(2024, 1, 15), open_holdout=True))
    assert shown(dates, fold.test) == ["01-15", "01-16", "01-17", "01-18", "01-19", "01-20"]
    assert shown(dates, fold.train)[-1] == "01-13"
    refits = split(
        dates, ends(dates, 2), FoldConfig(holdout=dt.date(2024, 1, 15), open_holdout=True, refit_every="4")
    )
    assert [shown(dates, f.test)[0] for f in refits] == ["01-15", "01-19"]


@pytest.mark.parametrize("day", [1, 30])
def test_a_hold_out_without_rows_before_or_in_it(day):
    dates = days(20)
    with pytest.raises(DataError, match="too few"):
        list(split(dates, ends(dates, 1), FoldConfig(holdout=dt.date(2024, 1, day), open_holdout=True)))


# ---- combinatorial purged


def test_literal_dates_of_two_groups_of_four():
    dates = days(12)
    folds = list(split(dates, ends(dates, 2), FoldConfig(4, cv="combinatorial", gap=1, embargo=2)))
    assert len(folds) == 6
    second = folds[1]  # groups 1 and 3: 01 … 03 and 07 … 09
    assert shown(dates, second.test) == ["01-01", "01-02", "01-03", "01-07", "01-08", "01-09"]
    # 04 and 05 are embargoed, 06 is the gap; 10 and 11 are embargoed, the label of 12 is not known
    assert shown(dates, second.train) == []
    third = folds[2]  # groups 1 and 4
    assert shown(dates, third.train) == ["01-06", "01-07", "01-08"]


@pytest.mark.parametrize(("groups", "together"), [(6, 2), (5, 1), (6, 3)])
@pytest.mark.parametrize(("horizon", "embargo"), [(1, 0), (4, 0), (2, 5)])
def test_equals_purgedcv_index_for_index(groups, together, horizon, embargo):
    theirs = pytest.importorskip("purgedcv")
    dates = days(100 + horizon)
    label_end, dates = dates[horizon:], dates[:100]
    cutter = theirs.CombinatorialPurgedCV(
        groups,
        together,
        prediction_times=pd.Series(dates),
        evaluation_times=pd.Series(label_end),
        embargo_observations=embargo,
        purge_horizon=pd.Timedelta(0),
    )
    config = FoldConfig(groups, cv="combinatorial", test_groups=together, embargo=embargo)
    found = list(split(dates, label_end, config))
    expected = list(cutter.split(np.zeros((100, 1))))
    assert len(found) == len(expected)
    for ours, (train, test) in zip(found, expected, strict=True):
        assert ours.train.tolist() == train.tolist()
        assert ours.test.tolist() == test.tolist()
    if together > 1:  # each prediction is its row and its fold: the paths must hold the same ones
        told = cutter.reconstruct_paths([1000.0 * i + test for i, (_, test) in enumerate(expected)])
        mine = np.full(told.shape, np.nan)
        for i, fold in enumerate(found):
            mine[fold.path - 1, fold.test] = 1000.0 * i + fold.test
        assert mine.tolist() == told.tolist()


@pytest.mark.parametrize(("groups", "together", "count"), [(6, 2, 5), (4, 3, 3), (5, 1, 1)])
def test_every_row_is_tested_once_a_path(groups, together, count, rng):
    dates, label_end = several_symbols(rng)
    config = FoldConfig(groups, cv="combinatorial", test_groups=together)
    assert path_count(config) == count
    tested = {number: [] for number in range(1, count + 1)}
    for fold in split(dates, label_end, config):
        of_path = np.ones(len(fold.test)) if fold.path is None else fold.path
        for number, rows in tested.items():
            rows.extend(fold.test[of_path == number])
    assert all(sorted(rows) == list(range(130)) for rows in tested.values())


@pytest.mark.parametrize("horizon", [1, 3, 7])
def test_no_label_of_the_training_part_overlaps_one_of_the_test_part(horizon):
    dates = days(90)
    label_end = ends(dates, horizon)
    for fold in split(dates, label_end, FoldConfig(6, cv="combinatorial")):
        seen = set()
        for row in fold.test:
            seen |= set(range(row + 1, row + horizon + 1))
        for row in fold.train:
            assert seen.isdisjoint(range(row + 1, row + horizon + 1))
        assert fold.purged > 0 or horizon == 1


@pytest.mark.parametrize("which", ["embargo", "gap"])
def test_more_embargo_trains_on_a_subset(which):
    dates = days(90)
    cut = {"folds": 6, "cv": "combinatorial"}
    narrow = list(split(dates, ends(dates, 2), FoldConfig(**cut)))
    wide = list(split(dates, ends(dates, 2), FoldConfig(**cut, **{which: 4})))
    assert sum(len(f.train) for f in wide) < sum(len(f.train) for f in narrow)
    for one, other in zip(narrow, wide, strict=True):
        assert set(other.train) <= set(one.train)
        assert other.test.tolist() == one.test.tolist()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"cv": "shuffled"}, "--cv shuffled"),
        ({"refit_every": "0"}, "--refit-every 0"),
        ({"refit_every": "moon"}, "--refit-every moon"),
        ({"refit_every": "5", "cv": "combinatorial"}, "--refit-every 5"),
        ({"test_groups": 5, "cv": "combinatorial"}, "--test-groups 5"),
        ({"embargo": -1}, "--embargo -1"),
        ({"embargo": 3}, "--embargo 3: must be 0 unless"),
        ({"open_holdout": True}, "--open-holdout"),
    ],
)
def test_new_settings_that_cannot_be_meant_are_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        FoldConfig(**settings)


# ---- by hand


def test_a_walk_forward_has_one_path_whatever_the_groups():
    assert path_count(FoldConfig(folds=5, test_groups=2)) == 1
    assert path_count(FoldConfig(folds=5, test_groups=3, cv="combinatorial")) == 6
    assert path_count(FoldConfig(folds=3, test_groups=2, cv="combinatorial")) == 2


def test_the_two_paths_of_three_groups_of_two_dates():
    """Pairs 12, 13, 23: each group is tested twice, first on path 1, then on path 2."""
    dates = days(6)
    folds = list(split(dates, ends(dates, 1), FoldConfig(folds=3, test_groups=2, cv="combinatorial")))
    assert [fold.path.tolist() for fold in folds] == [[1, 1, 1, 1], [2, 2, 1, 1], [2, 2, 2, 2]]
    assert [fold.test.tolist() for fold in folds] == [[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 4, 5]]
    single = list(split(dates, ends(dates, 1), FoldConfig(folds=3, test_groups=1, cv="combinatorial")))
    assert [fold.path for fold in single] == [None] * 3
    assert [fold.path for fold in split(dates, ends(dates, 1), FoldConfig(folds=2))] == [None] * 2


def test_as_many_dates_as_groups_suffice_and_fewer_do_not():
    config = FoldConfig(folds=4, test_groups=1, cv="combinatorial")
    dates = days(4)
    assert [f.test.tolist() for f in split(dates, dates, config)] == [[0], [1], [2], [3]]
    with pytest.raises(DataError, match="3 usable dates are too few for --folds 4 --gap 0; use"):
        list(split(dates[:3], dates[:3], config))


def test_purged_rows_are_those_of_training_dates_that_are_left_out():
    """Horizon 3 on 12 dates: the labels of the last two of the four and eight dates before a block end in it;
    a gap of 1 takes the last one. A label that is not known is purged as well."""
    dates = days(12)
    folds = split(dates, ends(dates, 3), FoldConfig(folds=2))
    assert [(len(f.train), f.purged) for f in folds] == [(2, 2), (6, 2)]
    folds = split(dates, ends(dates, 3), FoldConfig(folds=2, gap=1))
    assert [(len(f.train), f.purged) for f in folds] == [(2, 1), (6, 1)]
    unknown = ends(dates, 3)
    unknown[0] = np.datetime64("NaT")
    assert [f.purged for f in split(dates, unknown, FoldConfig(folds=2))] == [3, 3]


def test_a_quarter_begins_every_third_month():
    """Weekly dates of 2024 and the first quarter of 2025, tested from April on."""
    dates = np.datetime64("2024-01-03", "us") + np.arange(65) * np.timedelta64(7, "D")
    config = FoldConfig(refit_every="quarter", open_holdout=True, holdout=dt.date(2024, 4, 1))
    starts = [str(dates[fold.test[0]])[:10] for fold in split(dates, ends(dates, 1), config)]
    assert starts == ["2024-04-03", "2024-07-03", "2024-10-02", "2025-01-01"]


def test_the_message_says_the_hold_out_that_was_asked_for():
    dates = days(9)
    with pytest.raises(DataError, match="--folds 9 --gap 0; use more bars"):
        list(split(dates, dates, FoldConfig(folds=9)))
    opened = FoldConfig(folds=9, holdout=dt.date(2024, 2, 1), open_holdout=True)
    with pytest.raises(DataError, match="--folds 9 --gap 0 --holdout 2024-02-01 --open-holdout; use more"):
        list(split(dates, dates, opened))


def test_a_later_date_that_is_known_earlier_waits_for_the_tested_rows():
    """Six dates, the middle two tested: 4 is known before 3 is, so it is not learnt from; 5 is."""
    dates = days(6)
    known = dates.copy()
    known[4] = dates[3] - np.timedelta64(1, "h")
    unresolved = dates.copy()
    unresolved[2:4] = np.datetime64("NaT")
    config = FoldConfig(folds=3, test_groups=1, cv="combinatorial")
    fold = list(split(dates, dates, config, Moments(known, unresolved)))[1]
    assert fold.test.tolist() == [2, 3]
    assert fold.train.tolist() == [0, 1, 5]


def test_what_follows_a_test_group_waits_for_its_latest_label_not_for_that_of_its_last_row():
    """The label of the third date reaches to the seventh, that of the fourth only to the fifth."""
    dates = days(8)
    label_end = ends(dates, 1)
    label_end[2] = dates[6]
    folds = list(split(dates, label_end, FoldConfig(folds=4, cv="combinatorial", test_groups=1)))
    assert shown(dates, folds[1].test) == ["01-03", "01-04"]
    assert shown(dates, folds[1].train) == ["01-01", "01-02", "01-07"]


def test_rolling_training_parts_are_as_long_as_the_first_without_its_gap():
    """Four dates stand before the first block, three of them before the gap."""
    dates = days(12)
    first, second = split(dates, ends(dates, 1), FoldConfig(folds=2, cv="rolling", gap=1))
    assert shown(dates, first.train) == ["01-01", "01-02", "01-03"]
    assert shown(dates, second.train) == ["01-05", "01-06", "01-07"]


def test_a_longest_training_part_that_is_named_goes_before_the_length_of_the_first():
    dates = days(12)
    first, second = split(dates, ends(dates, 1), FoldConfig(folds=2, cv="rolling", max_train=2))
    assert shown(dates, first.train) == ["01-03", "01-04"]
    assert shown(dates, second.train) == ["01-07", "01-08"]
