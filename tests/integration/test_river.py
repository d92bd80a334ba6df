"""The whole river: the pipe of four, the one command, and what they promise about each other."""

import subprocess
import sys

import pytest

from shell import SAMPLE, run, small_environment

MODELS = "ar,logistic,tree"


@pytest.fixture(scope="module")
def bars() -> str:
    return run(f"fetch IBM --source {SAMPLE} --end 2004-12-31")


@pytest.fixture(scope="module")
def features(bars: str) -> str:
    return run("features", bars)


@pytest.fixture(scope="module")
def predictions(features: str) -> str:
    return run(f"fit --model {MODELS}", features)


def test_the_pipe_and_the_one_command_print_the_same_bytes(predictions: str) -> None:
    piped = run("backtest", predictions)
    at_once = run(f"run IBM --source {SAMPLE} --end 2004-12-31 --models {MODELS} --format csv")
    assert piped == at_once
    assert piped.stderr == at_once.stderr == ""


def test_the_baselines_stand_below_every_model(predictions: str) -> None:
    rows = [line.split(",")[:3] for line in run("backtest", predictions).splitlines()[1:]]
    assert [row[1] for row in rows] == [
        "ar", "logistic", "tree", "buy_hold", "majority", "persistence", "ar1",
    ]  # fmt: skip
    assert [row[2] for row in rows] == ["0", "0", "0", "1", "1", "1", "1"]


def test_each_stage_keeps_the_columns_of_the_one_before(bars: str, features: str, predictions: str) -> None:
    heads = [text.splitlines()[0].split(",") for text in (bars, features, predictions)]
    assert heads[0] == ["symbol", "date", "open", "high", "low", "close", "volume"]
    assert heads[1][:7] == heads[0]
    target = ["forward_return", "direction", "label_end", "horizon"]
    assert heads[1][-4:] == target
    assert heads[2] == [*heads[0], *target[:-1], "model", "fold", "p_up", "horizon"]


def test_the_newest_signal_is_the_last_date_of_the_predictions(bars: str, predictions: str) -> None:
    newest = bars.splitlines()[-1].split(",")[1]
    last = predictions.splitlines()[-1].split(",")
    assert last[1] == newest
    assert last[7:10] == ["", "", ""], "its target is not resolved"


def test_a_model_can_be_added_with_a_text_tool(features: str) -> None:
    """Somebody's own column in the middle of the pipe is a feature for every model that reads features."""
    head, *rows = features.splitlines()
    own = "\n".join([f"{head},own", *(f"{row},{i % 7}" for i, row in enumerate(rows))]) + "\n"
    without = run("fit --model logistic", features)
    assert run("fit --model logistic", own) != without
    assert run("fit --model ar", own) == run("fit --model ar", features)


def test_returns_instead_of_metrics(predictions: str) -> None:
    head = run("backtest --returns -", predictions).splitlines()[0]
    assert head.endswith("position,turnover,gross_return,cost,net_return,equity,drawdown")


@pytest.mark.parametrize("form", ["json", "jsonl", "table"])
def test_metrics_in_another_format(predictions: str, form: str) -> None:
    assert "buy_hold" in run(f"backtest --format {form}", predictions)


def test_the_installed_pipe_with_networks_equals_the_one_command(tmp_path) -> None:
    """Four processes and one, an empty environment, every model family, silent, the same bytes."""
    settings = "--set lstm.epochs=2 --set gru.epochs=2"
    cli = f"{sys.executable} -m signalcli"
    pipe = (
        f"{cli} fetch IBM --source {SAMPLE} --end 2003-12-31 | {cli} features | "
        f"{cli} fit --model ar,tree,lstm,gru {settings} | {cli} backtest"
    )
    one = f"{cli} run IBM --source {SAMPLE} --end 2003-12-31 --models ar,tree,lstm,gru {settings}"
    results = [_sh(command, tmp_path) for command in (pipe, one)]
    assert results[0] == results[1]
    assert results[0].count(b"\n") == 1 + 4 + 4


def _sh(command: str, folder) -> bytes:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=folder,
        env=small_environment(),
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"", "success is silent"
    return done.stdout
