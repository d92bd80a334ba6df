"""Values that have broken programs, and tables and settings files that are damaged with them."""

from __future__ import annotations

import gzip
import json
import random

WORDS = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "7",
    "1000",
    "1e308",
    "-1e308",
    "1e-320",
    "inf",
    "-inf",
    "nan",
    "NaN",
    "none",
    "true",
    "false",
    "9" * 20,
    "9" * 400,
    "-" + "9" * 30,
    "1_000",
    "0x10",
    "1e15",
    "1000000",
    "99999999",
    "0.5",
    "0.0",
    "-0.0",
    "1,2",
    "1,2,3",
    ",",
    ",,",
    "a",
    "a,b",
    "lags",
    "ret",
    "close",
    "all",
    "ar",
    "tree",
    "majority",
    "2024-01-01",
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "10000-01-01",
    "1700000000",
    "99999999999999",
    "%Y%Y",
    "%",
    "%Y-%m-%d",
    "mixed",
    "(%Y",
    "30d",
    "999999wk",
    "0d",
    "XNYS",
    "24/7",
    "week",
    "month",
    "\x1b[2J",
    "\u202egnp",
    "a\tb",
    "é",
    "💥",
    "'",
    '"',
    "'\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "=",
    "==",
    "a=b",
    "a.b=c",
    "x" * 5000,
    "../..",
    "/dev/null",
    "/",
    ".",
    "-",
    "--",
    "--help",
    "-o",
    "%s%n",
    "$HOME",
    "`id`",
    "*",
    "l2(1e308)",
    "l2(",
    "balanced",
    "1" + "0" * 300,
    "1e400",
    "٣",
    "½",
    "--quiet",
]
CELLS = [
    b"",
    b"nan",
    b"inf",
    b"-inf",
    b"1e308",
    b"1e-320",
    b"-5",
    b"0",
    b"9" * 25,
    b"9" * 400,
    b"\x00",
    b"\x1b[31m",
    "\u202e".encode(),
    b"\xff\xfe",
    b"abc",
    b'"',
    b'"a',
    b",",
    b";",
    b"\t",
    b"\r",
    b"2024-13-01",
    b"0000-00-00",
    b"9999-12-31",
    b"1700000000",
    b"99999999999999999",
    b"1,5",
    b"1.5",
    b"true",
    b"null",
    b"-",
    b"=1+1",
    b" ",
]
KEYS = [
    "window",
    "horizon",
    "sets",
    "lags",
    "channels",
    "dead_zone",
    "models",
    "folds",
    "seed",
    "seeds",
    "gap",
    "cv",
    "hold",
    "cost_bps",
    "threshold",
    "fill",
    "sizing",
    "rows",
    "interval",
    "start",
    "end",
    "date_format",
    "columns",
    "no_header",
    "metrics",
    "refit_after",
    "save",
    "append",
    "calendar",
    "ledger",
    "output",
    "format",
    "symbols",
    "source",
    "calibrate",
]
SECTIONS = ["fetch", "features", "fit", "backtest", "predict", "output", "fit.set.ar", "fit.set.tree", "x"]


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a table with some cells, lines or bytes changed, or in another container."""
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 8])):
        content = rng.choice([_cell, _cell, _cell, _line, _cut, _byte, _column, _packed])(content, rng)
    return content


def _cell(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    number = rng.randrange(len(lines))
    cells = lines[number].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(CELLS)
    return b"\n".join([*lines[:number], b",".join(cells), *lines[number + 1 :]])


def _column(content: bytes, rng: random.Random) -> bytes:
    """The same value in a whole column."""
    lines = content.split(b"\n")
    column, value = rng.randrange(len(lines[0].split(b","))), rng.choice(CELLS)
    return b"\n".join([lines[0], *(_with(line, column, value) for line in lines[1:])])


def _with(line: bytes, column: int, value: bytes) -> bytes:
    cells = line.split(b",")
    return b",".join([*cells[:column], value, *cells[column + 1 :]]) if len(cells) > column else line


def _line(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    number = rng.randrange(len(lines))
    changed = rng.choice([[], [lines[number]] * 2, [b""], [lines[0]], [rng.choice(CELLS)]])
    return b"\n".join([*lines[:number], *changed, *lines[number + 1 :]])


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _byte(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(CELLS) + content[at + rng.choice([0, 1]) :]


def _packed(content: bytes, rng: random.Random) -> bytes:
    kinds = [gzip.compress, lambda c: b"PAR1" + c, lambda c: b"\x1f\x8b" + c, _json, lambda c: b"[" + c]
    return rng.choice(kinds)(content)


def _json(content: bytes) -> bytes:
    lines = content.decode("utf-8", "replace").split("\n")
    names = lines[0].split(",")
    return json.dumps([dict(zip(names, line.split(","), strict=False)) for line in lines[1:]]).encode()


def toml(rng: random.Random, sections: list[str]) -> str:
    """Return a settings file with odd values, sometimes no TOML at all."""
    if rng.random() < 0.15:
        depth = rng.choice([5, 500, 5000])
        return rng.choice(
            [
                "a=" + "[" * depth + "]" * depth,
                "a={" * depth,
                "[" + ".".join(["a"] * depth) + "]",
                '"' + "x" * depth + '"=1',
                ".".join(['"b c"'] * min(depth, 900)) + "=1",
                "[fit]\n" * 2,
                "\x00",
                "= =",
            ]
        )
    chosen = rng.sample(sections, rng.randint(1, min(3, len(sections))))
    return "\n".join(f"[{section}]\n{_pairs(rng)}" for section in chosen)


def _pairs(rng: random.Random) -> str:
    keys = rng.sample(KEYS, rng.randint(1, 4))
    return "\n".join(f"{key} = {_value(rng)}" for key in keys)


def _value(rng: random.Random) -> str:
    plain = [
        "1",
        "-1",
        "0",
        "9" * 20,
        "inf",
        "nan",
        "1e308",
        "true",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "12:00:00",
        "[]",
        "[1]",
        "['a']",
        "[[1]]",
        "{a=1}",
        "{}",
        "0.5",
        "'ar'",
        "['lags']",
        "3",
        "[1, 2, 3]",
    ]
    return rng.choice(plain) if rng.random() < 0.6 else json.dumps(rng.choice(WORDS))
