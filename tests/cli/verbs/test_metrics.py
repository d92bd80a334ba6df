"""The metrics verb, and the options that choose what a scorecard shows."""

from pathlib import Path

import pytest

from shell import run
from signalcli.evaluation.forecast_errors import ERRORS
from signalcli.evaluation.metrics.catalogue import ESSENTIAL, METRICS, TRADE_METRICS


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Predictions, and the ledger their fit was written into."""
    ledger = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 400"))
    run(f"fit --model logistic --folds 3 --set logistic.C=0.01 --ledger {ledger}", features)
    return run(f"fit --model logistic --folds 3 --ledger {ledger}", features), ledger


def test_every_metric_is_listed() -> None:
    lines = run("metrics").splitlines()
    assert lines[0].replace('"', "") == "name,formula,unit,source"
    assert len(lines) == len(METRICS) + len(TRADE_METRICS) + len(ERRORS) + 1


def test_one_metric_is_explained() -> None:
    _, line = run("metrics --explain dsr").splitlines()
    assert "2014" in line
    assert "`signalcli metrics` lists" in run("metrics --explain luck", status=2).stderr
    assert "no metric sharp; did you mean sharpe?" in run("metrics --explain sharp", status=2).stderr


def test_all_of_them_are_shown_when_asked_for(kept: tuple[str, Path]) -> None:
    few, every = (run(f"backtest {o}", kept[0]).splitlines()[0].split(",") for o in ("", "--metrics all"))
    assert set(ESSENTIAL) <= set(few)
    assert set(METRICS) | set(TRADE_METRICS) <= set(every)
    assert len(every) - len(few) == len(METRICS) + len(TRADE_METRICS) - len(ESSENTIAL)


def test_parts_portfolio_and_intervals(kept: tuple[str, Path]) -> None:
    assert run("backtest --by fold", kept[0]).splitlines()[0].startswith("symbol,model,fold,baseline")
    assert "\nPORTFOLIO,logistic,0" in run("backtest --portfolio", kept[0])
    assert run("backtest --intervals", kept[0]).splitlines()[0].endswith("accuracy_boot_high")


def test_trials_come_from_the_ledger_and_only_when_asked_for(kept: tuple[str, Path]) -> None:
    predictions, ledger = kept

    def dsr(options: str) -> str:
        head, row = run(f"backtest {options}", predictions).splitlines()[:2]
        return row.split(",")[head.split(",").index("dsr")]

    assert dsr("") == dsr(f"--ledger {ledger}") == ""
    assert 0 < float(dsr(f"--ledger {ledger} --deflate")) < 1
    assert dsr(f"--ledger {ledger}-none --deflate") == ""
    assert "--ledger off" in run("backtest --ledger off --deflate", predictions, status=2).stderr

    def of_money(options: str) -> dict[str, str]:
        head, *rows = (line.split(",") for line in run(f"compare {options}", predictions).splitlines())
        return dict(zip(head, rows[2], strict=True))

    assert of_money("")["criterion"] == "net_return"
    assert of_money("")["dsr"] == ""
    assert 0 < float(of_money(f"--deflate --ledger {ledger}")["dsr"]) < 1
