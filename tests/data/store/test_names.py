"""Symbols as file names: an allow-list, nothing leaves its folder, different symbols stay different."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.config.fetch import FetchConfig
from signalcli.data.store.names import ENDING, dataset_name, file_name, symbol_of
from signalcli.errors import UsageError

SYMBOLS = st.text(min_size=1, max_size=15)
NASTY = [
    "../../etc/passwd",
    "..",
    ".",
    "/",
    "a/b",
    "a\\b",
    "a\nb",
    "~",
    "-rf",
    "_x",
    ".x",
    "C:",
    "x\x00y",
    "Ω",
    "A@B",
    "%2F",
]


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("IBM", "IBM"),
        ("BRK-B", "BRK-B"),
        ("^GSPC", "^GSPC"),
        ("EURUSD=X", "EURUSD%3DX"),
        ("M&M.NS", "M%26M.NS"),
    ],
)
def test_common_symbols_stay_readable(symbol: str, name: str) -> None:
    assert file_name(symbol) == name


@pytest.mark.parametrize("symbol", NASTY)
def test_no_path_leaves_its_folder(symbol: str, tmp_path: Path) -> None:
    path = tmp_path / (file_name(symbol) + ENDING)
    assert path.resolve().parent == tmp_path.resolve()
    assert not path.name.startswith((".", "_", "-"))
    assert set(path.name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_^%")


@given(SYMBOLS)
def test_a_name_gives_its_symbol_back(symbol: str) -> None:
    assert symbol_of(Path(file_name(symbol) + ENDING)) == symbol
    assert symbol_of(Path(file_name(symbol) + "@20240601T120000Z" + ENDING)) == symbol


@given(SYMBOLS, SYMBOLS)
def test_different_symbols_have_different_files(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


@pytest.mark.parametrize("symbol", ["", "x" * 201, "Ω" * 100])
def test_what_cannot_be_a_file_is_refused(symbol: str) -> None:
    with pytest.raises(UsageError):
        file_name(symbol)


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (FetchConfig(), "yahoo-1d-total"),
        (FetchConfig(interval="1h", adjust="raw"), "yahoo-1h-raw"),
        (FetchConfig(source="synthetic"), "synthetic-1d-total"),
        (FetchConfig(source="some/where/stocks.csv"), "file-stocks-total"),
        (FetchConfig(source="./yahoo"), "file-yahoo-total"),
        (FetchConfig(source="..."), "file-%2E..-total"),
        (FetchConfig(source="-"), "file-stdin-total"),
    ],
)
def test_one_folder_a_source_interval_and_adjustment(config: FetchConfig, name: str) -> None:
    assert dataset_name(config) == name
