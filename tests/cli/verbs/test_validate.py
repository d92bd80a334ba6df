"""The validate verb through the shell contract: the table first, then what it means."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from random_bars import PRICES, random_bars
from shell import ROOT, SAMPLE, run

HEADER = "symbol,date,check,severity,value,message"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A file with three faults, on lines 12, 42 and 62."""
    bars = random_bars(120)
    bars.loc[10, "close"] = None
    bars.loc[40, PRICES] *= 100
    bars.loc[60, ["high", "low"]] = bars.loc[60, ["low", "high"]].to_numpy()
    bars.to_csv(tmp_path / "broken.csv", index=False)
    return tmp_path / "broken.csv"


def test_the_table_comes_before_the_verdict(broken: Path) -> None:
    result = run(f"validate {broken}", status=3)
    assert result.splitlines() == [
        HEADER,
        "AAA,2020-01-15,missing,error,1,line 12: a price is missing",
        "AAA,2020-02-26,unit,error,100,line 42: prices 100 times those before as in another unit",
        "AAA,2020-03-25,inconsistent,error,1,line 62: open or close outside low … high",
    ]
    assert f"{broken}: 3 errors in 120 bars (1 missing, 1 unit, 1 inconsistent)" in result.stderr
    assert "error[VALIDATE-FAILED]" in result.stderr


def test_clean_bars_are_silent() -> None:
    assert run(f"validate {ROOT}/sample_data/sp500_1d.csv") == HEADER + "\n"


def test_warnings_do_not_fail() -> None:
    result = run(f"validate {ROOT}/sample_data/eurusd_1h.csv")
    assert result.splitlines()[1].startswith("eurusd_1h,2017-12-25T07:00:00Z,hole,warning,")
    assert result.stderr == ""


def test_the_pipe_is_validated(broken: Path) -> None:
    assert run("validate", stdin=broken.read_bytes(), status=3) == run(f"validate {broken}", status=3)
    assert run("validate -", stdin=run("fetch walk --source synthetic")) == HEADER + "\n"


@pytest.mark.parametrize("dialect", ["semicolons", "new to old", "day first"])
def test_any_dialect_is_judged_as_it_stands(broken: Path, dialect: str) -> None:
    bars = pd.read_csv(broken)
    if dialect == "new to old":
        bars = bars[::-1]
    if dialect == "day first":
        bars["date"] = pd.to_datetime(bars["date"]).dt.strftime("%d.%m.%Y")
    bars.to_csv(broken, index=False, sep=";" if dialect == "semicolons" else ",")
    table = pd.read_csv(io.StringIO(run(f"validate {broken}", status=3)))
    assert list(table["check"]) == ["missing", "unit", "inconsistent"]
    assert list(table["date"]) == ["2020-01-15", "2020-02-26", "2020-03-25"]
    line = 111 if dialect == "new to old" else 12
    assert table["message"][0].startswith(f"line {line}:")


def test_other_forms(broken: Path) -> None:
    records = json.loads(run(f"validate {broken} --format json", status=3))
    assert [r["check"] for r in records] == ["missing", "unit", "inconsistent"]
    assert "inconsistent  error" in run(f"validate {broken} --format table", status=3)


def test_a_store_is_validated(tmp_path: Path) -> None:
    run(f"fetch walk ar1 --source synthetic --store {tmp_path}")
    assert run(f"validate walk --store {tmp_path} --source synthetic") == HEADER + "\n"


def test_the_day_on_which_bars_should_be_fresh() -> None:
    command = f"validate {ROOT}/sample_data/sp500_1d.csv --as-of"
    assert run(f"{command} 2019-01-03") == HEADER + "\n"
    assert "1 stale" in run(f"{command} 2019-02-01", status=3).stderr


def test_calendars(tmp_path: Path) -> None:
    pytest.importorskip("exchange_calendars")
    file = f"{ROOT}/sample_data/sp500_1d.csv"
    assert run(f"validate {file} --calendar XNYS") == HEADER + "\n"
    assert run(f"validate {file} --calendar none") == HEADER + "\n"
    assert "gap" in run(f"validate {file} --calendar 24/7", status=3).stderr
    assert "no such calendar; use XNYS" in run(f"validate {file} --calendar XNYX", status=2).stderr
    (tmp_path / "old.csv").write_text("date,open,high,low,close\n1700-01-04,1,1,1,1\n1700-01-05,1,1,1,1\n")
    assert "no data for 1699" in run(f"validate {tmp_path}/old.csv --calendar XSHG", status=2).stderr


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    result = run(f"validate {SAMPLE} --calendar XNYS", status=2)
    assert "pip install 'signalcli[calendar]'" in result.stderr
    assert run(f"validate {SAMPLE}")


def test_a_file_that_is_no_bars_is_65(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert "BARS-COLUMNS" in run(f"validate {tmp_path}/x.csv", status=65).stderr


def test_json_by_its_short_name(broken: Path) -> None:
    text = run(f"validate {broken} --json", status=3)
    assert text == run(f"validate {broken} --format json", status=3)
    assert [found["check"] for found in json.loads(text)] == ["missing", "unit", "inconsistent"]


def test_thresholds_are_the_user_s(broken: Path) -> None:
    result = run(f"validate {broken} --set unit_factors=1000 --set outside=9", status=3)
    assert [line.split(",")[2] for line in result.splitlines()[1:]] == ["missing"]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("stale_session=0", "did you mean stale_sessions?"),
        ("flat_run=1.5", "must be a whole number, at least 0"),
        ("big_jump=far", "must be a number, at least 0"),
        ("big_jump=-1", "must be a number, at least 0"),
        ("split_ratios=2,x", "must be numbers, separated by commas, at least 0"),
        ("flat_run", "must be NAME=VALUE"),
    ],
)
def test_a_threshold_that_cannot_be_meant(setting: str, words: str) -> None:
    result = run(f"validate {SAMPLE} --set {setting}", status=2)
    assert f"--set {setting}: " in result.stderr
    assert words in result.stderr
