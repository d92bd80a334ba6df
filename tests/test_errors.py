"""Statuses, and foreign text made harmless."""

import pytest

from signalcli import errors
from signalcli.errors import (
    FEW,
    LONGEST_LINE,
    ExitStatus,
    SignalcliError,
    count,
    nearest,
    one_line,
    printable,
    shortened,
)


def test_the_statuses_are_those_of_the_contract():
    assert {status.name: int(status) for status in ExitStatus} == {
        "OK": 0,
        "BUG": 1,
        "USAGE": 2,
        "CHECK_FAILED": 3,
        "DATA": 65,
        "NO_INPUT": 66,
        "UNAVAILABLE": 69,
        "IO": 74,
        "LOCKED": 75,
        "CONFIG": 78,
        "INTERRUPTED": 130,
        "PIPE": 141,
        "TERMINATED": 143,
    }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("UsageError", 2),
        ("DataError", 65),
        ("NoInputError", 66),
        ("UnavailableError", 69),
        ("OutputError", 74),
    ],
)
def test_each_error_knows_its_status_code_and_sentence(name, status):
    error = getattr(errors, name)("SOME-CODE", "where: what; do that")
    assert isinstance(error, SignalcliError)
    assert (error.exit_status, error.code, str(error)) == (status, "SOME-CODE", "where: what; do that")


@pytest.mark.parametrize("text", ["IBM", "Société Générale", "トヨタ", "a b", "…", ""])
def test_plain_text_stays_as_it_is(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("a\r\tb", r"a\r\tb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x00", r"\x00"),
        ("\x9b2J", r"\x9b2J"),
        ("abc\u202edef", r"abc\u202edef"),  # turns the reading direction around
        ("a\u2028b", r"a\u2028b"),  # a line break to some
        ("\udcff", r"\udcff"),  # a byte of a file name that is not UTF-8
    ],
)
def test_what_would_steer_a_terminal_is_escaped(text, shown):
    assert printable(text) == shown
    assert printable(text).isprintable()


@pytest.mark.parametrize(
    ("name", "most", "text"),
    [
        ("lsmt", 1, "lstm"),
        ("clsoe", 2, "close"),
        ("zzz", 1, "lstm or gru or close"),
    ],
)
def test_the_nearest_names_or_all_of_them(name, most, text):
    assert nearest(name, ["lstm", "gru", "close"], most) == text


def test_many_names_are_cut():
    assert nearest("x", [f"name{i}" for i in range(FEW + 1)]).endswith(f"or name{FEW - 1} or ...")


def test_a_number_stands_with_its_noun():
    assert [count(n, "row") for n in (0, 1, 2, 16_000)] == ["0 rows", "1 row", "2 rows", "16,000 rows"]


def test_names_that_are_left_out_are_counted():
    assert shortened([f"A{i}" for i in range(20)]) == "A0, A1, A2, A3, A4 and 15 more"
    assert shortened(["A\x1b", "B"]) == r"A\x1b, B"


def test_one_line_is_printable_and_short():
    line = one_line("a\n\x1b\u202e" + "x" * 10_000 + "the way out")
    assert line.isprintable()
    assert len(line) <= LONGEST_LINE
    assert line.endswith("the way out")
