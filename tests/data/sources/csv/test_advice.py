"""Where recognition fails, the error line prints a flag, and the flag works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from bar_layouts import DAILY, HOURLY, rows, text
from shell import run

COLUMNS = re.compile(r"use ((?:--no-header )?--columns (?:'[^']*'|\S+))$")
FORMAT = re.compile(r"(--date-format '[^']*')")
AMBIGUOUS = DAILY[(DAILY["date"].dt.day <= 12) & (DAILY["date"].dt.month <= 12)].reset_index(drop=True)
OHLC = "Open,High,Low,Close,Volume"


def spoiled(lines: list[list[str]]) -> list[list[str]]:
    """Rows whose high is too low, so that values do not show which column it is."""
    return [[r[0], r[1], r[4], r[3], r[4], r[5]] if float(r[4]) < float(r[1]) else r for r in lines]


UNKNOWN_COLUMNS = {
    "another language": text(rows(DAILY, "%Y-%m-%d"), ";", "Dyddiad;Agor;Uchaf;Isaf;Cau;Nifer"),
    "one price": text(rows(DAILY, "%Y-%m-%d"), header="Date,Open,High,Low,Fixing,Volume"),
    "two columns of dates": text([[r[0], *r] for r in rows(DAILY, "%Y-%m-%d")], header=f"Ex,Dyd,{OHLC}"),
    "a name with a comma": text(
        rows(DAILY, "%Y-%m-%d"), header='"Pvm, klo","Avaus ""a""",Ylin,Alin,Päätös,Vaihto'
    ),
    "names with blanks": text(
        rows(HOURLY, "%Y-%m-%d %H:%M"), header="Pvm ja klo,Hinta a,Hinta b,Hinta c,Hinta d,Kpl"
    ),
    "a name that comes twice": text(rows(DAILY, "%Y-%m-%d"), header="Pvm,Hinta,Hinta,Hinta,Hinta,Kpl"),
}


def flags(content: bytes, path: Path, pattern: re.Pattern[str]) -> list[str]:
    """Flags that the error line prints."""
    path.write_bytes(content)
    found = pattern.findall(run(f"fetch --source {path}", status=65).stderr.strip())
    assert found
    return found


@pytest.mark.parametrize("content", UNKNOWN_COLUMNS.values(), ids=UNKNOWN_COLUMNS.keys())
def test_the_columns_that_the_line_names_are_right(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    (flag,) = flags(content, path, COLUMNS)
    printed = run(f"fetch --source {path} {flag}")
    plain = text(rows(HOURLY if b"klo,Hinta" in content else DAILY, "%Y-%m-%d %H:%M"), header=f"date,{OHLC}")
    path.write_bytes(plain)
    want = run(f"fetch --source {path}").splitlines()
    assert [line.split(",")[1:7] for line in printed.splitlines()] == [line.split(",")[1:7] for line in want]


def test_a_file_without_header_that_is_not_recognized(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    (flag,) = flags(text(spoiled(rows(DAILY, "%Y-%m-%d"))), path, COLUMNS)
    assert flag == "--no-header --columns date=1,open=2,high=3,low=4,close=5"
    printed = run(f"fetch --source {path} --bad-rows keep {flag}")
    assert len(printed.splitlines()) == len(DAILY) + 1


@pytest.mark.parametrize(
    ("form", "known"),
    [
        ("%d/%m/%Y", False),
        ("%d.%m.%y", False),
        ("%d-%m-%Y %H:%M", False),
        ("%d/%m/%Y %H:%M:%S GMT+0200", False),
        ("%m%d%Y", True),
        ("%Y-%d-%m", True),
        ("%Y-%m-%d noon", True),
    ],
)
def test_the_date_format_that_the_line_names_reads_the_file(form: str, known: bool, tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    bars = DAILY if known else AMBIGUOUS
    found = flags(text(rows(bars, form), header=f"date,{OHLC}"), path, FORMAT)
    found = found if len(found) == 1 else [f for f in found if f.index("%d") < f.index("%m")]
    other = FORMAT.sub("", found[0])
    assert not other.strip()
    shown = run(f"fetch --source {path} {found[0]}").splitlines()[1:]
    shift = pd.Timedelta(hours=2) if "GMT" in form and "%H" not in form else pd.Timedelta(0)
    days = [str(date.date()) for date in bars["date"] - shift]
    assert [line.split(",")[1][:10] for line in shown] == days


def test_or_stands_between_both_formats(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    both = run_error(text(rows(AMBIGUOUS, "%d/%m/%Y %H:%M"), header=f"date,{OHLC}"), path)
    assert both.endswith("use --date-format '%d/%m/%Y' or '%m/%d/%Y'")
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        run(f"fetch --source {path} --date-format {shlex.quote(form)}")


def run_error(content: bytes, path: Path) -> str:
    path.write_bytes(content)
    return run(f"fetch --source {path}", status=65).stderr.strip()


@pytest.mark.parametrize(
    ("flag", "status", "words"),
    [
        ("--columns close", 2, "did you mean close=NAME?"),
        ("--columns closing=Close", 2, "did you mean close=Close?"),
        ("--columns close=Schluss", 65, "--columns close=Schluss: no such column; did you mean"),
        ("--columns close=99", 65, "no such column"),
    ],
)
def test_a_wrong_flag_says_what_is_right(flag: str, status: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_bytes(text(rows(DAILY, "%Y-%m-%d"), header=f"Date,{OHLC}"))
    assert words in run(f"fetch --source {path} {flag}", status=status).stderr


def test_a_flag_overrules_what_is_recognized(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    lines = [[*r, str(float(r[3]) + 0.01)] for r in rows(DAILY, "%Y-%m-%d")]
    path.write_bytes(text(lines, header=f"Date,{OHLC},Mid"))
    first = run(f"fetch --source {path} --columns close=Mid").splitlines()[1].split(",")
    assert float(first[5]) == pytest.approx(DAILY["low"][0] + 0.01)
    by_position = run(f"fetch --source {path} --columns close=7").splitlines()[1].split(",")
    assert by_position[:6] == first[:6]
