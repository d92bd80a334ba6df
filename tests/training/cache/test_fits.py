"""A walk-forward through a cache: the same bytes, and only what is new is fitted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.features import FeatureConfig, build
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.walk_forward import walk_forward

FEATURES = FeatureConfig(window=4, sets=("lags", "calendar"))
FOLDS = FoldConfig(folds=3)
FIT = FitConfig(("logistic",))
BARS = random_bars(160)
TABLE = build(BARS, FEATURES)
PER_SYMBOL = 4 * 3  # logistic and three baselines, three folds
PLAIN = walk_forward(TABLE, FIT, FOLDS)


@pytest.fixture
def folder(tmp_path):
    return CacheFolder(tmp_path / "cache", 2**30)


def through(folder, table=TABLE, config=FIT, folds=FOLDS, jobs=1):
    """PREDICTIONS, and how many fits were read and how many fitted."""
    cache = FitCache(folder)
    found = walk_forward(table, config, folds, jobs=jobs, cache=cache)
    assert cache.fault is None
    return found, (cache.taken, cache.fitted)


def same(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_second_walk_forward_fits_nothing_and_gives_the_same_bytes(folder):
    first, counts = through(folder)
    same(first, PLAIN)
    assert counts == (0, PER_SYMBOL)
    second, counts = through(folder)
    same(second, PLAIN)
    assert counts == (PER_SYMBOL, 0)


def test_a_further_symbol_is_all_that_is_fitted(folder):
    through(folder)
    other = build(random_bars(160, seed=5).assign(symbol="BBB"), FEATURES)
    both = pd.concat([other, TABLE], ignore_index=True)
    found, counts = through(folder, both)
    assert counts == (PER_SYMBOL, PER_SYMBOL)
    same(found, walk_forward(both, FIT, FOLDS))


def test_a_further_model_is_all_that_is_fitted(folder):
    through(folder)
    config = FitConfig(("logistic", "ar"))
    found, counts = through(folder, config=config)
    assert counts == (PER_SYMBOL, 3)
    same(found, walk_forward(TABLE, config, FOLDS))


def test_further_bars_leave_the_folds_before_them(folder):
    """Blocks of a month: the last one grew, those before it learn and are asked the same."""
    folds = FoldConfig(refit_every="month", folds=2)
    shorter = build(BARS.iloc[:-3], FEATURES)
    _, (_, fits) = through(folder, shorter, folds=folds)
    found, (taken, fitted) = through(folder, folds=folds)
    same(found, walk_forward(TABLE, FIT, folds))
    assert taken >= fits - 3 * 4
    assert taken > fitted


@pytest.mark.parametrize(
    "config",
    [
        FitConfig(("logistic",), settings={"logistic": {"C": 0.5}}),
        FitConfig(("logistic",), calibrate="platt"),
        FitConfig(("logistic",), coverage=0.8),
    ],
    ids=["setting", "calibration", "coverage"],
)
def test_whatever_decides_a_fit_makes_it_another(folder, config):
    through(folder)
    found, (taken, fitted) = through(folder, config=config)
    same(found, walk_forward(TABLE, config, FOLDS))
    assert (taken, fitted) == (PER_SYMBOL - 3, 3)  # the baselines are the same


def test_the_seed_decides_a_model_that_draws(folder):
    tree = FitConfig(("tree",), settings={"tree": {"n_estimators": 3, "colsample_bytree": 0.5}})
    through(folder, config=tree)
    _, (_, fitted) = through(folder, config=replace(tree, random_state=1))
    assert fitted == 3


def change(column, at):
    """The table with one number changed."""
    table = TABLE.copy()
    table.loc[at, column] = table.loc[at, column] * 1.5 + 0.01
    return table


def test_a_training_row_a_test_row_a_label_and_a_weight_decide(folder):
    through(folder)
    weighted = TABLE.assign(weight=1.0)
    flipped = TABLE.copy()
    flipped.loc[20, "direction"] = 1 - flipped.loc[20, "direction"]
    for table in (change("ret_lag0", 20), change("ret_lag0", len(TABLE) - 1), flipped, weighted):
        found, (_, fitted) = through(folder, table)
        same(found, walk_forward(table, FIT, FOLDS))
        assert fitted >= 1


def test_labels_of_test_rows_decide_only_bands_that_adapt(folder):
    flipped = TABLE.copy()
    at = len(TABLE) - 5
    flipped.loc[at, "direction"] = 1 - flipped.loc[at, "direction"]
    through(folder)
    assert through(folder, flipped)[1] == (PER_SYMBOL, 0)
    adapting = FitConfig(("logistic",), coverage=0.7, aci=0.05)
    through(folder, config=adapting)
    assert through(folder, config=adapting)[1] == (PER_SYMBOL, 0)
    found, (_, fitted) = through(folder, flipped, adapting)
    assert fitted > 0
    same(found, walk_forward(flipped, adapting, FOLDS))


def test_bands_and_three_classes_come_back(folder):
    table = build(BARS, replace(FEATURES, dead_zone=0.005))
    config = FitConfig(("logistic",), coverage=0.8)
    expected = walk_forward(table, config, FOLDS)
    assert {"p_flat", "p_down", "band"} <= set(expected)
    for _ in range(2):
        same(through(folder, table, config)[0], expected)


def test_an_unknown_input_stays_unknown(folder):
    holes = TABLE.copy()
    holes.loc[[60, 150], "ret_lag0"] = np.nan
    expected = walk_forward(holes, FIT, FOLDS)
    for _ in range(2):
        same(through(folder, holes)[0], expected)


def test_an_interrupted_walk_forward_resumes(folder):
    done = []

    def stop(step):
        done.append(step)
        if len(done) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk_forward(TABLE, FIT, FOLDS, stop, cache=FitCache(folder))
    found, (taken, fitted) = through(folder)
    assert (taken, fitted) == (5, PER_SYMBOL - 5)
    same(found, PLAIN)


def test_processes_fill_the_same_cache(folder):
    found, counts = through(folder, jobs=2)
    same(found, PLAIN)
    assert counts == (0, PER_SYMBOL)
    assert through(folder)[1] == (PER_SYMBOL, 0)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "swapped"])
def test_a_damaged_entry_is_fitted_again_and_written_anew(folder, damage):
    through(folder)
    one, other = sorted(stored.path for stored in folder.entries())[:2]
    content = one.read_bytes()
    flipped = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
    damaged = {"cut": content[:-8], "flipped": flipped, "empty": b"", "swapped": other.read_bytes()}
    one.write_bytes(damaged[damage])
    cache = FitCache(folder)
    same(walk_forward(TABLE, FIT, FOLDS, cache=cache), PLAIN)
    assert (cache.damaged, cache.fitted) == (1, 1)
    assert one.read_bytes() == content


def test_a_folder_that_cannot_be_written_changes_no_number(tmp_path):
    (tmp_path / "file").touch()
    cache = FitCache(CacheFolder(tmp_path / "file" / "cache", 2**20))
    same(walk_forward(TABLE, FIT, FOLDS, cache=cache), PLAIN)
    assert isinstance(cache.fault, OSError)


def test_warnings_of_a_fit_come_from_the_cache_too(folder, monkeypatch, tmp_path):
    (tmp_path / "mywarn.py").write_text(
        "import warnings\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "class Loud(LogisticRegression):\n"
        "    def fit(self, X, y):\n"
        "        warnings.warn(f'{len(y)} rows are few', RuntimeWarning)\n"
        "        return super().fit(X, y)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    config = FitConfig(("mywarn:Loud",))
    heard = []
    for _ in range(2):
        with pytest.warns(RuntimeWarning) as caught:
            through(folder, config=config)
        heard.append([str(one.message) for one in caught])
    assert heard[0] == heard[1]
    assert len(heard[0]) == 3
