"""A whole chain: what is found where, what a finding says, and what the audit itself covers."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.config.features import EVERY_SET
from signalcli.config.folds import FoldConfig
from signalcli.config.run import RunConfig
from signalcli.errors import DataError
from signalcli.features.feature import Feature
from signalcli.research.audit.audit import audit
from signalcli.research.audit.finding import COLUMNS, LIMITS, REMEDIES, findings_table
from signalcli.research.audit.report import coverage_lines, to_json, unchecked_lines, verdict
from signalcli.research.audit.selftest.case import FEATURES, FIT, FOLDS, honest_stages, self_test_bars
from signalcli.research.audit.stages.chain import Program, features_stage, make_chain
from signalcli.research.audit.stages.stage import Stage

BARS = self_test_bars()
CONFIG = RunConfig(features=FEATURES, fit=FIT, folds=FOLDS)


def leaking(shift: int) -> Stage:
    feature = Feature("peek", lambda bars: np.roll(bars["close"], -shift, axis=0), 1, "close of a later bar")
    return features_stage(FEATURES, [feature])


def test_a_run_without_a_leak():
    found = audit(make_chain(CONFIG), BARS)
    assert found.findings == []
    assert [(c.stage, c.checked == c.total) for c in found.coverage] == [
        ("features", True),
        ("fit", True),
        ("backtest", True),
    ]
    assert unchecked_lines(found) == []
    assert verdict(found).startswith("No row depends on a bar after its date")
    whole = json.loads(to_json(found))
    assert whole["not_seen"] == list(LIMITS)
    assert whole["findings"] == []
    assert [c["stage"] for c in whole["coverage"]] == ["features", "fit", "backtest"]
    assert coverage_lines(found)[1].startswith("fit: 2 of 2 test parts checked, ")


def test_a_leak_is_named_with_stage_column_date_reach_and_remedy():
    found = audit((leaking(3), *honest_stages(FEATURES)[1:]), BARS, planted=False)
    first = found.findings[0]
    assert first[:5] == ("features", "peek", np.datetime64("2000-01-03"), 3, "future-bar")
    assert first.remedy == REMEDIES["future-bar"]
    table = findings_table(found.findings)
    assert table.columns.tolist() == COLUMNS
    assert table["reach"].dtype == "Int64"


def test_a_stage_that_differs_from_itself():
    rng = np.random.default_rng(0)
    noise = Stage("noise", "rows", lambda t: t.assign(x=rng.random(len(t))))
    (finding,) = audit((noise,), BARS, planted=False).findings
    assert (finding.kind, finding.column) == ("random", "x")


def test_what_stages_share_beside_their_tables():
    """The first stage hides the bars, the last one reads them: no table shows it, the whole chain does."""
    hidden = {}

    def keep(bars):
        hidden.setdefault(len(hidden), bars)
        hidden["last"] = bars
        return bars

    def read(table):
        following = hidden["last"]["close"].shift(-1)
        known = following.reindex(table.index).where(table.index < len(table) - 1, 0.0)
        return table.assign(x=known if len(table) == len(hidden["last"]) else 0.0)

    chain = (Stage("keep", "rows", keep), Stage("read", "rows", read))
    kinds = {finding.kind for finding in audit(chain, BARS, planted=False).findings}
    assert kinds & {"chain", "random", "future-bar"}


def test_a_program_stands_behind_the_table_that_it_reads():
    names = [
        [stage.name for stage in make_chain(CONFIG, Program("cat", table))]
        for table in ("bars", "features", "predictions")
    ]
    assert names == [
        ["cat", "features", "fit", "backtest"],
        ["features", "cat", "fit", "backtest"],
        ["features", "fit", "cat", "backtest"],
    ]


def test_a_chain_that_cannot_run_raises_its_own_error():
    short = replace(CONFIG, folds=FoldConfig(folds=500))
    with pytest.raises(DataError, match="too few"):
        audit(make_chain(short), BARS)


def test_every_feature_set_and_two_symbols():
    two = pd.concat([BARS, BARS.assign(symbol="BBB", close=BARS["close"] ** 1.01)], ignore_index=True)
    config = replace(FEATURES, sets=EVERY_SET, window=4, windows=(5,))
    two["high"] = two[["high", "close"]].max(axis=1)
    found = audit((features_stage(config),), two.groupby("symbol").head(60), planted=False)
    assert found.findings == []
