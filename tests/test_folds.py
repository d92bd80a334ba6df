"""Which dates are learnt from, and which are tested."""

import numpy as np
import pytest
from sklearn.model_selection import TimeSeriesSplit

from signalcli.errors import DataError, UsageError
from signalcli.folds import split
from signalcli.specs.folds import FoldSpec


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
    folds = list(split(dates, ends(dates, 1), FoldSpec(folds=2)))
    assert [f.number for f in folds] == [1, 2]
    assert shown(dates, folds[0].train) == ["01-01", "01-02", "01-03"]
    assert shown(dates, folds[0].test) == ["01-04", "01-05", "01-06"]
    assert shown(dates, folds[1].train) == ["01-01", "01-02", "01-03", "01-04", "01-05", "01-06"]
    assert shown(dates, folds[1].test) == ["01-07", "01-08", "01-09"]


def test_literal_dates_with_horizon_gap_and_longest_training_part():
    dates = days(12)
    first, second = split(dates, ends(dates, 3), FoldSpec(folds=2, gap=1, max_train=4))
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
            list(split(dates, ends(dates, 1), FoldSpec(folds, gap, max_train)))
        return
    found = list(split(dates, ends(dates, 1), FoldSpec(folds, gap, max_train)))
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
    for fold in split(dates, label_end, FoldSpec(folds=4)):
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
    for fold in split(dates, label_end, FoldSpec(folds=5, gap=gap)):
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
    for fold in split(dates, label_end, FoldSpec(folds=3)):
        assert not set(unknown) & set(fold.train)
        assert set(fold.train) | set(unknown) >= set(range(fold.test[0]))


def test_a_longer_gap_trains_on_a_subset():
    dates = days(100)
    narrow = list(split(dates, ends(dates, 2), FoldSpec(folds=5, gap=1)))
    wide = list(split(dates, ends(dates, 2), FoldSpec(folds=5, gap=6)))
    for one, other in zip(narrow, wide, strict=True):
        assert set(other.train) < set(one.train)
        assert other.test.tolist() == one.test.tolist()


def test_test_blocks_move_forward_in_time():
    dates = days(83)
    blocks = [f.test for f in split(dates, ends(dates, 1), FoldSpec(folds=6))]
    assert np.concatenate(blocks).tolist() == list(range(83 - 6 * len(blocks[0]), 83))


@pytest.mark.parametrize("spec", [FoldSpec(folds=10), FoldSpec(folds=2, gap=8), FoldSpec(folds=3, gap=5)])
def test_too_few_dates(spec):
    dates = days(10)
    with pytest.raises(DataError, match=f"10 usable dates .* --folds {spec.folds} --gap {spec.gap}"):
        list(split(dates, ends(dates, 1), spec))


def test_rows_do_not_count_as_dates():
    dates = np.repeat(days(4), 25)
    with pytest.raises(DataError, match="4 usable dates"):
        list(split(dates, dates + np.timedelta64(1, "D"), FoldSpec(folds=5)))


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"folds": 1}, "--folds 1"), ({"gap": -1}, "--gap -1"), ({"max_train": 0}, "--max-train 0")],
)
def test_what_cannot_be_meant_is_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        FoldSpec(**settings)
