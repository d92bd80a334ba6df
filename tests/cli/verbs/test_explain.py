"""``signalcli explain``: one page, several, all; as text and as data."""

import csv
import io
import json

import pytest

from shell import run
from signalcli.cli.error_pages.catalogue import PAGES


def test_the_list_has_every_code_and_exit_status() -> None:
    rows = list(csv.DictReader(io.StringIO(run("explain"))))
    assert [row["code"] for row in rows] == list(PAGES)
    assert all(row["cause"] and row["cure"] and row["example"] for row in rows)


def test_a_page_for_people() -> None:
    page = run("explain STORE-SYMBOL --format table")
    heading, *parts = page.splitlines()
    assert heading == "STORE-SYMBOL · exit status 2 or 66"
    titles = [line.split()[0] for line in parts if not line.startswith(" ")]
    assert titles == ["Cause", "Cure", "Example"]
    assert "signalcli fetch IBM --store prices > bars.csv" in page


def test_the_page_of_an_exit_status_names_its_codes() -> None:
    page = run("explain 75 --format table")
    assert page.startswith("exit status 75\n")
    assert "Codes    LOCK-HELD, FILE-LOCKED" in page


def test_the_list_for_people_has_one_line_a_code() -> None:
    assert len(run("explain --format table").splitlines()) == len(PAGES)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_several_pages_as_json(form: str) -> None:
    text = run(f"explain BUG 3 --format {form}")
    rows = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    assert [(row["code"], row["exits"]) for row in rows] == [("BUG", "1"), ("3", "3")]


def test_a_wrong_code_is_an_error_of_usage_and_prints_no_page() -> None:
    result = run("explain BUG CSV-DAT", status=2)
    assert result == ""
    assert "error[EXPLAIN-UNKNOWN]" in result.stderr
