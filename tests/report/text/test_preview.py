"""The ends of a table that is too large for a terminal, and what is said of the rest."""

import re

import pandas as pd
import pytest

from signalcli.report.text.preview import preview_text


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")


def shown(table: pd.DataFrame, *, color: bool) -> str:
    """The text without its bold letters."""
    return (
        re.sub(r"\x1b\[[0-9;]*m", "", preview_text(table, color=color))
        if color
        else preview_text(table, color=color)
    )


def table(rows: int, columns: int = 3) -> pd.DataFrame:
    return pd.DataFrame({f"column_{c}": [1000 * c + r for r in range(rows)] for c in range(columns)})


def test_a_small_table_is_shown_whole() -> None:
    lines = shown(table(40), color=True).splitlines()
    assert len(lines) == 41
    assert lines[0].split() == ["column_0", "column_1", "column_2"]
    assert lines[40].split() == ["39", "1039", "2039"]


def test_a_long_one_by_its_ends() -> None:
    lines = shown(table(41), color=True).splitlines()
    assert [line.split()[0] for line in lines[1:12]] == [
        "0", "1", "2", "3", "4", "…", "36", "37", "38", "39", "40",
    ]  # fmt: skip
    assert lines[12:] == [
        "31 further rows between them",
        "--format csv prints everything, --output FILE writes it",
    ]


def test_a_wide_one_by_its_first_and_last_columns() -> None:
    lines = shown(table(2, columns=12), color=True).splitlines()
    assert max(map(len, lines)) <= 60
    names = lines[0].split()
    assert names[:2] == ["column_0", "column_1"]
    assert names[-1] == "column_11"
    assert names.count("…") == 1
    assert lines[3].startswith(f"{12 - len(names) + 1} further columns: column_3, ")
    assert lines[1].split()[names.index("…")] == "…"


def test_a_file_gets_everything() -> None:
    lines = shown(table(100, columns=12), color=False).splitlines()
    assert len(lines) == 101
    assert len(lines[0].split()) == 12


@pytest.mark.parametrize("width", ["80", "60", "20", "5"])
def test_nothing_is_wider_than_the_terminal(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", width)
    wide = pd.DataFrame({"text": ["x" * 200, "日本" * 50], "n": [1, 2]})
    rows = shown(wide, color=True).splitlines()[:3]
    assert max(map(len, rows)) <= int(width)
    assert "…" in rows[1]


def test_foreign_text_and_missing_values() -> None:
    odd = pd.DataFrame({"a\x1b[1m": ["\x1b[31mred", None], "b": [1.0, float("nan")]})
    assert "\x1b" not in preview_text(odd, color=False)
    text = shown(odd, color=True)
    assert "nan" not in text.lower().split()


def test_no_rows() -> None:
    assert shown(table(0), color=True).splitlines()[0].split() == ["column_0", "column_1", "column_2"]
