"""Tables in a terminal: content, rounding, and escaped text from outside."""

import pytest

from signalcli.report.text.tables import join_to_width, listing_text


def test_listing() -> None:
    text = listing_text([{"model": "ar", "meaning": "[bold]as it is"}], color=False)
    assert text.splitlines()[0].split() == ["model", "meaning"]
    assert "[bold]as it is" in text
    assert listing_text([], color=False).strip() == ""


def test_a_table_wider_than_the_terminal_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    rows = [{f"a_long_column_{i}": f"value{i}{row}" for i in range(12)} for row in "ab"]
    lines = listing_text(rows, color=True).splitlines()
    assert len(lines) == 12
    assert lines[3].split() == ["a_long_column_3", "value3a", "value3b"]
    assert len(listing_text(rows, color=False).splitlines()) == 3, "a file is as wide as it needs"


def test_a_legend_takes_as_many_lines_as_it_needs() -> None:
    parts = ["one", "two", "three"]
    assert join_to_width(parts, 80) == "one  two  three"
    assert join_to_width(parts, 8) == "one  two\nthree"
    assert join_to_width(parts, 2) == "one\ntwo\nthree"
