"""Training: what a model may have learned from is told apart by what is changed."""

import numpy as np
import pandas as pd
import pytest

from signalcli.config.folds import FoldConfig
from signalcli.research.audit.compare import snapshot
from signalcli.research.audit.probes.fits import (
    BORDER,
    FOLLOWING,
    TEST_LABELS,
    TEST_ROWS,
    probe_fits,
)
from signalcli.research.audit.probes.fits import (
    test_blocks as blocks_of,
)
from signalcli.research.audit.selftest.case import AHEAD, FIT, honest_stages, self_test_bars
from signalcli.research.audit.selftest.walker import fitted, probability, walker
from signalcli.research.audit.stages.chain import fit_stage
from signalcli.research.audit.stages.memo import Memo
from signalcli.research.audit.stages.stage import Stage

FEATURES = honest_stages(AHEAD)[0].output(self_test_bars())


def kinds(stage):
    guilt = probe_fits(stage, FEATURES, snapshot(stage.output(FEATURES)))
    return {kind for kind, _ in guilt.rows}, guilt


def plain(s):
    return probability(fitted(s, s.train), s.X[s.test])


def test_an_honest_fit_is_left_alone_and_every_test_part_is_looked_at():
    found, guilt = kinds(walker(plain))
    assert found == set()
    assert (guilt.checked, guilt.total) == (2, 2)


def test_the_mean_of_test_features():
    found, guilt = kinds(walker(lambda s: plain(s) + 1e-9 * s.X[s.test].mean()))
    assert TEST_ROWS in found
    assert not found & {TEST_LABELS, BORDER}
    assert guilt.rows[TEST_ROWS, "p_up"][0] == 0


def test_the_mean_of_test_labels():
    found, _ = kinds(walker(lambda s: plain(s) + 1e-9 * np.nansum(s.y[s.test])))
    assert TEST_LABELS in found
    assert TEST_ROWS not in found


def test_a_label_over_the_border():
    """The last rows before the test part: their labels end within it."""
    found, _ = kinds(walker(lambda s: plain(s) + 1e-9 * s.y[s.test[0] - 2]))
    assert BORDER in found
    assert not found & {TEST_LABELS, TEST_ROWS}


@pytest.mark.parametrize("ahead", [1, 3, 17])
def test_a_test_row_that_reads_another_one_within_the_part(ahead):
    def peek(s):
        p = plain(s)
        p[5] += 1e-9 * s.X[s.test[5 + ahead], 0]
        return p

    found, guilt = kinds(walker(peek))
    assert found & {FOLLOWING, TEST_ROWS}
    dates = snapshot(FEATURES).dates
    first = min(rows[0] for rows in guilt.rows.values())
    blocks = blocks_of(snapshot(walker(peek).output(FEATURES)))
    assert snapshot(walker(peek).output(FEATURES)).dates[first] in {block.dates[5] for block in blocks}
    assert len(dates) == 180


def test_labels_that_are_known_by_a_test_row_are_honest():
    def adaptive(s):
        known = [np.nanmean(s.y[s.ends <= s.dates[row]]) for row in s.test]
        return np.clip(plain(s) + 0.01 * np.array(known), 0, 1)

    assert kinds(walker(adaptive))[0] == set()


def test_equal_training_rows_are_fitted_once():
    memo = Memo()
    stage = fit_stage(FIT, FoldConfig(folds=2), memo)
    base = snapshot(stage.output(FEATURES))
    once = len(memo.fitted)
    guilt = probe_fits(stage, FEATURES, base)
    assert guilt.rows == {}
    changed_training = len(memo.fitted) - once
    assert once == 8  # two folds of the model and three baselines
    assert changed_training <= once // 2 * guilt.worlds


def test_until_fits_only_the_folds_that_start_by_a_date():
    stage = fit_stage(FIT, FoldConfig(folds=3), Memo())
    blocks = blocks_of(snapshot(stage.output(FEATURES)))
    early = stage.output(FEATURES, blocks[1].dates[0])
    assert sorted(early["fold"].unique()) == [1, 2]


def test_combinatorial_folds_train_on_both_sides_and_are_probed_within_their_parts():
    folds = FoldConfig(folds=3, test_groups=1, cv="combinatorial")
    stage = fit_stage(FIT, folds, Memo())
    assert probe_fits(stage, FEATURES, snapshot(stage.output(FEATURES))).rows == {}


def test_a_combinatorial_fit_that_reads_its_test_rows():
    stage = fit_stage(FIT, FoldConfig(folds=3, test_groups=2, cv="combinatorial"), Memo())

    def leak(features):
        out = stage.run(features)
        own = features.set_index("date")["ret_lag0"].reindex(out["date"]).to_numpy()
        means = pd.Series(own).groupby([out["fold"], out["path"]]).transform("mean")
        return out.assign(p_up=out["p_up"] + 1e-9 * means.to_numpy())

    planted = Stage("fit", "fit", leak, both_sides=True)
    guilt = probe_fits(planted, FEATURES, snapshot(leak(FEATURES)))
    assert (TEST_ROWS, "p_up") in guilt.rows
