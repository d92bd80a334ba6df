"""Options of a verb that would be ignored beside others are refused, and nothing is done."""

import shutil

import pytest

from saved_models import bars as walk
from shell import run
from signalcli.io.tables import to_bytes

LEDGER_OFF = "--ledger off"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_bytes(to_bytes(walk(160), "csv"))


@pytest.mark.parametrize(
    ("command", "flag"),
    [
        ("features b.csv --interval 1wk", "--interval 1wk"),
        ("validate b.csv --interval 1h", "--interval 1h"),
        ("run b.csv --interval 1wk", "--interval 1wk"),
        ("fetch b.csv --interval 1wk", "--interval 1wk"),
        ("fetch b.csv --include-unfinished", "--include-unfinished"),
        ("fetch b.csv --wait 5", "--wait 5.0"),
        ("fetch b.csv --on-rewrite keep", "--on-rewrite keep"),
        ("features b.csv --sets technical --lags 0,1", "--lags 0,1"),
        ("features b.csv --save-spec s.toml -o f.csv", "--save-spec s.toml"),
        ("fit b.csv --spec s.toml", "--spec s.toml"),
        ("fit b.csv --adjust raw", "--adjust raw"),
        ("compare b.csv --lookback 7", "--lookback 7"),
        ("report b.csv --lookback 7", "--lookback 7"),
        ("tune b.csv --space ar.p=0,1 --lookback 7", "--lookback 7"),
        ("backtest b.csv --lookback 7 --portfolio signal", "--lookback 7"),
        ("backtest b.csv --capital 7", "--capital 7.0"),
        ("inspect b.csv --model gru", "--model, "),
        ("inspect b.csv --gradients --lags 3", "--section, "),
        ("inspect b.csv --gradients --plot a.svg", "--section, "),
        ("models lstm --set units=3", "--set, "),
        ("models lstm --classes 3", "--set, "),
        ("models --summary --forecast lstm", "--forecast"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(command, flag, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir())
    assert f"error[OPTION-VALUE]: {flag}" in run(command, status=2).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "flags",
    ["--lookback 7 --impact 0.1", "--lookback 7 --portfolio volatility", "--capital 9 --per-share 0.01"],
)
def test_an_option_that_another_gives_a_meaning_stays(flags):
    run("features b.csv --window 5 -o f.csv")
    run(f"fit f.csv --model majority --folds 2 {LEDGER_OFF} -o p.csv")
    run(f"backtest p.csv {LEDGER_OFF} {flags}")


def test_a_dry_run_rolls_nothing_back(tmp_path):
    run(f"run b.csv --model ar --folds 2 {LEDGER_OFF} --window 5 --save m -o r.csv")
    shutil.copytree("m", "before")
    run(f"run b.csv --model ar --folds 2 {LEDGER_OFF} --window 6 --save m -o r.csv")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()}
    found = run(f"run b.csv --model ar --folds 2 {LEDGER_OFF} --save m --rollback --dry-run", status=2)
    assert "--rollback: must be left out with --dry-run" in found.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()} == kept
    assert kept["manifest.json"] != (tmp_path / "before" / "manifest.json").read_bytes()
