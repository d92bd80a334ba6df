"""Signals of what a model was trained on are counted, and never those of a first version before a refit."""

import pytest

from random_bars import random_bars
from shell import run
from signalcli.io.tables import to_bytes

ROWS, EARLY = 200, 150
FIT = "fit f.csv --model logistic --folds 2 --ledger off --save m -o p.csv"


@pytest.fixture
def dates(tmp_path, monkeypatch):
    """Dates of all bars; a model ``m`` that was fitted on the first ones, in the working folder."""
    monkeypatch.chdir(tmp_path)
    bars = random_bars(ROWS, seed=4)
    (tmp_path / "all.csv").write_bytes(to_bytes(bars, "csv"))
    (tmp_path / "early.csv").write_bytes(to_bytes(bars[:EARLY], "csv"))
    run("features early.csv --window 5 --sets lags -o f.csv")
    run(FIT)
    return [f"{date:%Y-%m-%d}" for date in bars["date"]]


def kept(signals, first):
    """The signals from a date on."""
    head, *rows = signals.splitlines()
    return "\n".join([head, *(row for row in rows if row.split(",")[1] >= first)]) + "\n"


def test_signals_of_training_rows_are_counted(dates, tmp_path):
    """The last label of the fit is that of the row before the last early bar, which knows it."""
    signals = run("predict --model m all.csv --all")
    days = [row.split(",")[1] for row in signals.splitlines()[1:]]
    seen = sum(day <= dates[EARLY - 2] for day in days)
    assert f"{seen} of {len(days)} signals are of bars that the model was trained on" in signals.stderr
    assert f"(until {dates[EARLY - 2]})" in signals.stderr
    (tmp_path / "s.csv").write_text(signals)
    judged = run("score s.csv --bars all.csv --model m --format table")
    assert f"{seen} of {len(days)} signals are judged by outcomes that the model was trained" in judged.stderr
    assert f"(until {dates[EARLY - 1]}): their metrics are not out of sample" in judged.stderr
    assert ", signals as given, 252 bars a year" in judged.splitlines()[0]


def test_later_signals_are_forecasts(dates, tmp_path):
    assert run("predict --model m all.csv").stderr == ""
    (tmp_path / "s.csv").write_text(kept(run("predict --model m all.csv --all"), dates[EARLY - 1]))
    assert "out of sample" not in run("score s.csv --bars all.csv --model m").stderr


@pytest.mark.parametrize("history", [None, '{"known": "someday"}\n', "no JSON\n"])
def test_a_refit_does_not_make_the_signals_before_it_known(dates, tmp_path, history):
    """Without its history a model knows of no version before it, and each signal counts."""
    (tmp_path / "s.csv").write_text(kept(run("predict --model m all.csv --all"), dates[EARLY - 1]))
    run("features all.csv --window 5 --sets lags -o f.csv")
    run(f"{FIT} --promote always")
    if history is not None:
        (tmp_path / "m" / "promotions.jsonl").write_text(history)
    said = run("score s.csv --bars all.csv --model m").stderr
    seen = ROWS - EARLY  # all but the newest, whose outcome nobody knows
    counted = f"{seen} of {seen + 1} signals are judged by outcomes that the model was trained on" in said
    assert counted == (history is not None)
