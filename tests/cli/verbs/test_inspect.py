"""The inspect verb: one table in a pipe, sections for eyes, a picture on demand."""

import csv
import io

import pytest

from random_bars import random_bars
from shell import SAMPLE, run


@pytest.fixture(scope="module")
def bars():
    return random_bars(120).to_csv(index=False)


def test_a_pipe_gets_one_table_with_the_same_columns(bars):
    rows = list(csv.DictReader(io.StringIO(run("inspect", bars))))
    assert list(rows[0]) == ["symbol", "section", "name", "lag", "value", "low", "high", "p_value", "meaning"]
    assert {row["symbol"] for row in rows} == {"AAA"}
    assert rows[0] | {"meaning": ""} == {
        "symbol": "AAA", "section": "summary", "name": "bars", "lag": "", "value": "120", "low": "",
        "high": "", "p_value": "", "meaning": "",
    }  # fmt: skip


def test_sections_are_chosen(bars):
    lines = run("inspect --section pacf,acf --lags 3", bars).splitlines()
    assert [line.split(",")[1:4:2] for line in lines[1:]] == [
        *(["pacf", k] for k in "123"),
        *(["acf", k] for k in "123"),
    ]


def test_eyes_get_sections_and_a_picture_of_the_correlations(bars):
    seen = run("inspect --format table --section summary,acf,order", bars)
    assert seen.splitlines()[0] == "AAA"
    assert "base rate" in seen
    assert "│" in seen
    assert "┊" in seen
    assert "bars from 2020-01-01" in seen


def test_bars_too_few_have_empty_cells_and_no_error(bars):
    printed = run("inspect", "\n".join(bars.splitlines()[:4]) + "\n")
    assert ",adf,log_close,,,,,,augmented" in printed
    assert "inf" not in printed.replace("information", "")


def test_a_picture_is_written_beside_the_table(bars, tmp_path):
    for name, start in (("a.svg", b"<?xml"), ("b.png", b"\x89PNG")):
        assert run(f"inspect --section acf --plot {tmp_path / name}", bars).startswith("symbol,section")
        assert (tmp_path / name).read_bytes().startswith(start)


def test_what_cannot_be_drawn_is_said_before_anything_is_read(tmp_path):
    said = run(f"inspect {tmp_path}/nowhere.csv --plot a.gif", status=2).stderr
    assert "error[PLOT-FORMAT]" in said


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ("--section acf,adg", 2, "--section acf,adg: must be any of summary"),
        ("--lags 0", 2, "--lags 0: must be a whole number, at least 1"),
        ("--max-order 0", 2, "--max-order 0: must be a whole number, at least 1"),
        ("--section sessions --calendar XNYZ", 2, "no such calendar"),
    ],
)
def test_what_cannot_be_meant_is_one_line(bars, options, status, words):
    assert words in run(f"inspect {options}", bars, status=status).stderr


def test_bad_input_is_bad_input_here_too(tmp_path):
    assert "INPUT-OPEN" in run(f"inspect {tmp_path}/nowhere.csv", status=66).stderr
    assert "CSV-EMPTY" in run("inspect -", status=65).stderr


def test_the_same_seed_gives_the_same_bytes(bars):
    one, two = (run("inspect --section hurst --seed 1", bars) for _ in range(2))
    assert one == two
    assert run("inspect --section hurst --seed 2", bars) != one


def test_real_bars_say_what_everybody_knows():
    bars = run(f"fetch IBM --source {SAMPLE}")
    rows = csv.DictReader(io.StringIO(run("inspect --section adf,residuals,returns", bars)))
    found = {(row["section"], row["name"], row["lag"]): row for row in rows}
    adf = {name: float(row["p_value"]) for (section, name, _), row in found.items() if section == "adf"}
    assert adf["log_close"] > 0.1
    assert adf["log_return"] < 0.001
    assert float(found["residuals", "arch", "5"]["p_value"]) < 1e-9
    assert float(found["returns", "excess_kurtosis", ""]["value"]) > 3
