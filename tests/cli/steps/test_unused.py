"""Settings on which nothing that is written depends are named."""

import csv

import pytest

from random_predictions import random_predictions
from shell import run

RETURNS = "RETURNS take the place of METRICS on standard output"
FIGURE = "the figure takes the place of METRICS"


@pytest.fixture(scope="module")
def predictions(tmp_path_factory):
    file = tmp_path_factory.mktemp("unused") / "predictions.csv"
    random_predictions(symbols=("AAA", "BBB")).to_csv(file, index=False)
    return file


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--returns - --metrics all --by year", f"--metrics, --by are not used: {RETURNS}"),
        ("--returns - --pool", f"--pool is not used: {RETURNS}"),
        ("--plot - --intervals", f"--intervals is not used: {FIGURE}"),
    ],
)
def test_an_option_of_metrics_that_are_not_written_is_named(predictions, options, said):
    assert f"warning: {said}\n" in run(f"backtest {predictions} --ledger off {options}").stderr


@pytest.mark.parametrize("options", ["--returns -", "--plot -", "--returns - -o metrics.csv --by year"])
def test_nothing_is_said_of_defaults_and_of_what_is_used(predictions, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "not used" not in run(f"backtest {predictions} --ledger off {options}").stderr


def test_the_deflated_ratio_is_one_of_them(predictions, tmp_path):
    run_it = f"backtest {predictions} --ledger {tmp_path}/ledger.jsonl --deflate --returns -"
    assert f"--deflate is not used: {RETURNS}" in run(run_it).stderr


def test_a_figure_shows_the_portfolio(predictions):
    command = f"backtest {predictions} --ledger off --portfolio signal"
    shown = run(f"{command} --plot -")
    rows = csv.DictReader(run(command).splitlines())
    total = next(r["total_return"] for r in rows if (r["symbol"], r["model"]) == ("PORTFOLIO", "ar"))
    assert shown.startswith("Equity, value of 1 after costs: signal portfolio of 2 symbols")
    assert f"a ar {1 + float(total):.3g} " in shown
