"""Every format that a verb writes is read by the next one, packed or not, with the same results."""

import gzip
import json
from pathlib import Path

import pytest

from shell import run

FORMATS = ["json", "jsonl", "parquet", "csv.gz", "json.gz", "jsonl.gz", "parquet.gz"]
BARS = "fetch walk --source synthetic --rows 150"


@pytest.fixture(scope="module")
def expected() -> tuple[str, ...]:
    bars = run(BARS)
    features = run("features - --window 5", bars)
    predictions = run("fit - --model ar --folds 2 --ledger off", features)
    judged = [run(f"{verb} -", predictions) for verb in ("backtest", "compare", "reliability", "confusion")]
    return (bars, features, predictions, *judged)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_pipe_of_files(ending: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    b, f, p = (tmp_path / f"{name}.{ending}" for name in "bfp")
    run(f"{BARS} -o {b}")
    run(f"features {b} --window 5 -o {f}")
    run(f"fit {f} --model ar --folds 2 --ledger off -o {p}")
    judged = [run(f"{verb} {p}") for verb in ("backtest", "compare", "reliability", "confusion")]
    assert (run(f"fetch --source {b}"), *judged) == (expected[0], *expected[3:])


def test_a_packed_file_is_packed_and_says_nothing_of_its_making(
    expected: tuple[str, ...], tmp_path: Path
) -> None:
    one, two = tmp_path / "one.csv.gz", tmp_path / "two.csv.gz"
    for path in (one, two):
        run(f"{BARS} -o {path}")
    assert one.read_bytes() == two.read_bytes()
    assert gzip.decompress(one.read_bytes()).decode() == expected[0]
    assert one.read_bytes()[4:8] == bytes(4), "no time of modification"


def test_signals_are_kept_in_a_packed_file(expected: tuple[str, ...], tmp_path: Path) -> None:
    run(f"fit - --model ar --ledger off --save {tmp_path}/m -o {tmp_path}/p.csv", expected[1])
    target = tmp_path / "s.csv.gz"
    run(f"predict - --model {tmp_path}/m --append {target}", expected[0])
    before = target.stat().st_mtime_ns
    run(f"predict - --model {tmp_path}/m --append {target}", expected[0])
    assert target.stat().st_mtime_ns == before, "nothing new, so nothing is written"
    assert gzip.decompress(target.read_bytes()).startswith(b"symbol,date")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[", "JSON-PARSE"),
        ("[1, 2]", "JSON-ROWS"),
        ('[{"date": [1], "open": 1, "high": 1, "low": 1, "close": 1}]', "JSON-ROWS"),
        ('[{"date": "2024-01-02", "open": "x", "high": 1, "low": 1, "close": 1}]', "DATA-NUMBER"),
        ("[" * 100_000, "JSON-PARSE"),
        ('{"a": 1}\n{"a": ', "JSON-PARSE"),
        ('[{"a": 1}]', "BARS-COLUMNS"),
        ("[]", "TABLE-EMPTY"),
        (f'[{{"date": "2024-01-02", "open": {10**400}, "high": 1, "low": 1, "close": 1}}]', "DATA-NUMBER"),
    ],
)
def test_json_that_is_no_table(content: str, code: str) -> None:
    assert f"error[{code}]" in run("fetch --source -", content, status=65).stderr


def test_json_of_other_tools_is_read() -> None:
    rows = [
        {"Date": "02.01.2024", "Open": 10, "High": 12, "Low": 9, "Close": 11, "Volume": None, "note": "x"},
        {"Date": "23.01.2024", "Open": 10.5, "High": 12, "Low": 9, "Close": 11, "Volume": 7, "late": True},
    ]
    assert run("fetch --source -", json.dumps(rows)).splitlines()[1:] == [
        "bars,2024-01-02,10,12,9,11,,x,",
        "bars,2024-01-23,10.5,12,9,11,7,,1",
    ]


def test_a_trap_is_not_unpacked() -> None:
    trap = gzip.compress(b"x" * 300_000_000)
    assert "FILE-LARGE" in run("fetch --source -", trap, status=65).stderr
