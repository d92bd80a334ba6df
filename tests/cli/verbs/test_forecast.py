"""``signalcli forecast`` from the shell: tables, pictures, refusals, foreign files."""

import io
import os
import pty
import subprocess
import sys

import pandas as pd
import pytest

from shell import SAMPLE, run, run_installed, small_environment
from signalcli.evaluation.forecast_errors import forecast_errors

QUICK = "--model ar --window 5"
COLUMNS = "symbol,date,model,actual,forecast"


@pytest.fixture(scope="module")
def bars(tmp_path_factory):
    path = tmp_path_factory.mktemp("bars") / "ibm.csv"
    run(f"fetch IBM --source {SAMPLE} --start 2011-01-01 -o {path}")
    return path


def test_forecasts_in_a_pipe_and_errors_beside(bars, tmp_path):
    printed = run(f"forecast {QUICK} --test-from 2013-01-01 --metrics {tmp_path}/m.csv", bars.read_bytes())
    table = pd.read_csv(io.StringIO(printed), parse_dates=["date"])
    assert printed.splitlines()[0] == COLUMNS
    assert list(table["model"][:2]) == ["ar", "persistence"]
    assert table["date"].min() >= pd.Timestamp("2013-01-01")
    errors = pd.read_csv(tmp_path / "m.csv", parse_dates=["start", "end"])
    pd.testing.assert_frame_equal(errors, forecast_errors(table), check_dtype=False)
    assert run(f"forecast {bars} {QUICK} --test-from 2013-01-01") == printed


def test_errors_on_stdout_take_the_place_of_forecasts(bars, tmp_path):
    only = run(f"forecast {bars} {QUICK} --metrics -")
    assert only.splitlines()[0].startswith("symbol,model,baseline,start,end,n_bars,rmse,mae,mape,mase")
    both = run(f"forecast {bars} {QUICK} --metrics - -o {tmp_path}/f.csv")
    assert both == only
    assert (tmp_path / "f.csv").read_text() == run(f"forecast {bars} {QUICK}")


def test_the_ar_of_six_lags_follows_the_wave_for_hundreds_of_bars():
    wave = run("fetch wave --source synthetic --rows 600")
    printed = run(
        "forecast - --model ar --set ar.p=6 --window 20 --test-share 0.5 --steps 281 --metrics -", wave
    )
    errors = pd.read_csv(io.StringIO(printed)).set_index("model")
    assert errors.loc["ar", "n_bars"] == 281
    assert errors.loc["ar", "mae"] < 1e-6 * errors.loc["persistence", "mae"]


def test_a_kaggle_file_with_a_row_without_prices_in_the_test_year():
    lines = ["Date,Open,High,Low,Close,Volume,Name"]
    dates = pd.bdate_range("2016-01-04", "2017-12-29")
    for i, date in enumerate(dates):
        cells = "" if date == pd.Timestamp("2017-07-31") else f"{100 + i % 7}"
        lines.append(f"{date:%Y-%m-%d},{cells},{cells},{cells},{cells},500,IBM")
    result = run(f"forecast {QUICK} --column high --test-from 2017-01-01", "\n".join(lines) + "\n")
    assert "a price is missing or not above 0 (1 of 520 rows); dropped" in result.stderr
    rows = result.splitlines()[1:]
    assert len(rows) == 2 * (sum(dates.year == 2017) - 1)
    assert not any("2017-07-31" in row or row.endswith(",") for row in rows)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_written_as_its_name_says(bars, tmp_path, ending):
    path = tmp_path / f"one.{ending}"
    run(f"forecast {bars} {QUICK} --test-share 0.1 --plot {path}")
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG" if ending == "png" else b"<?xml")
    run(f"forecast {bars} {QUICK} --test-share 0.1 --plot {path}")
    assert path.read_bytes() == content


def test_a_terminal_shows_a_picture_and_the_errors(bars):
    text = run(f"forecast {bars} {QUICK} --test-share 0.2 --format table")
    assert "• actual  a ar" in text
    assert text.splitlines()[0].startswith("IBM  2012-")
    assert [line.split()[0] for line in text.splitlines()[-3:]] == ["model", "ar", "persistence"]
    first, second = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "signalcli", "forecast", str(bars), *QUICK.split(), "--quiet"],
        stdout=second,
        stderr=subprocess.PIPE,
        env=small_environment() | {"TERM": "dumb"},
        check=False,
        timeout=120,
    )
    os.close(second)
    assert done.returncode == 0
    assert done.stderr == b""
    assert "• actual".encode() in os.read(first, 1 << 16)


def test_models_are_set_as_everywhere(bars):
    five = run(f"forecast {bars} {QUICK} --set ar.p=1 --set ar.intercept=false --metrics -")
    assert five != run(f"forecast {bars} {QUICK} --metrics -")


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ("--model lsmt", 2, "no model 'lsmt'; did you mean lstm"),
        ("--set ar.q=1", 2, "model ar has no parameter 'q'"),
        ("--set lstm.units=1", 2, "--set lstm.…: must be for a model that is fitted"),
        ("--column clsoe", 2, "--column clsoe: not a column of numbers; did you mean close"),
        ("--scale robust", 2, "--scale"),
        ("--from zeros", 2, "--from zeros: must be used with --steps"),
        ("--window 0", 2, "--window 0: must be a whole number, at least 1"),
        ("--plot picture.pdf", 2, "must end in .png or .svg"),
        ("--test-from 2030-01-01", 65, "no bars from 2030-01-01 on; use --steps to forecast future bars"),
        ("--window 9999", 65, "--window 9999 needs at least 10001"),
    ],
)
def test_what_cannot_be_meant_is_one_line(bars, options, status, words):
    result = run(f"forecast {bars} {QUICK} {options}", status=status)
    assert result == ""
    (line,) = result.stderr.splitlines()
    assert words in line


def test_streams_that_close_and_disks_that_are_full(bars):
    command = f"{sys.executable} -m signalcli forecast {bars} {QUICK}"
    for line, wanted, said in (
        (f"{command} | head -1", {0, 141}, ""),
        (f"{command} > /dev/full", {74}, "OUTPUT-WRITE"),
    ):
        done = subprocess.run(
            ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
            capture_output=True,
            text=True,
            check=False,
            env=small_environment(),
            timeout=120,
        )
        assert done.returncode in wanted, done.stderr
        assert said in done.stderr
        assert bool(done.stderr) == bool(said)


def test_neither_models_nor_pictures_are_loaded_where_they_are_not_used(bars):
    code = (
        "import sys; from signalcli.cli import main; "
        f"main('forecast {bars} {QUICK} -o /dev/null'.split()); "
        "heavy = {'tensorflow', 'keras', 'lightgbm', 'matplotlib', 'statsmodels', 'rich'}; "
        "sys.exit(str(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=small_environment()
    )
    assert done.stderr.strip() == "set()"


def test_no_matplotlib_is_one_line(bars, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    line = run(f"forecast {bars} {QUICK} --plot x.png", status=2).stderr
    assert "pip install 'signalcli[plot]'" in line


@pytest.mark.slow
def test_networks_say_nothing_on_stderr(bars):
    small = "--set rnn.units=2 --set rnn.epochs=1"
    printed = run_installed(f"forecast {bars} --model rnn {small} --window 4 --test-share 0.02")
    assert printed.stderr == ""
    assert {line.split(",")[2] for line in printed.splitlines()[1:]} == {"rnn", "persistence"}


def test_bars_come_from_a_store_as_well(tmp_path):
    fetched = run(f"fetch IBM --source {SAMPLE} --store {tmp_path}/prices")
    stored = run(f"forecast IBM --store {tmp_path}/prices --source {SAMPLE} {QUICK}")
    assert stored == run(f"forecast {QUICK}", fetched)


def test_more_symbols_than_a_picture_holds_are_refused_before_the_work(tmp_path):
    lines = ["symbol,date,open,high,low,close,volume"]
    lines += [f"S{n:02d},2024-01-{d:02d},10,12,9,11,5" for n in range(21) for d in range(1, 29)]
    said = run(f"forecast {QUICK} --plot {tmp_path}/x.png", "\n".join(lines) + "\n", status=2).stderr
    assert "--plot shows up to 20 symbols; these bars have 21" in said
    assert not (tmp_path / "x.png").exists()
