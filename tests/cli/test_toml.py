"""Values as TOML text: they can be read back, and shown on a terminal."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import run
from signalcli.cli.toml import read_toml, value_text
from signalcli.errors import ConfigError

CHARACTERS = st.characters(exclude_categories=["Cs"])  # TOML is UTF-8
VALUES = st.recursive(
    st.text(CHARACTERS) | st.integers(-(2**63), 2**63 - 1) | st.booleans(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.sampled_from("ab"), values, max_size=2),
    max_leaves=6,
)


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "j.toml").open("wb") as handle:
        handle.truncate(2**40)  # bytes, none of which take room
    with pytest.raises(ConfigError, match="too large; a settings file has at most 200,000 bytes"):
        read_toml(str(tmp_path / "j.toml"), "JOB-SYNTAX")


@given(VALUES)
def test_a_value_is_printable_and_can_be_read_back(value: object) -> None:
    text = value_text(value)
    assert text.isprintable()
    assert tomllib.loads(f"x = {text}") == {"x": value}


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\x85"])
def test_the_plan_of_a_dry_run_steers_no_terminal(tmp_path, monkeypatch, mark: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "j.toml").write_text(f'[fit.set.ar]\np = "{mark}gnp"\n', encoding="utf-8")
    printed = run("run j.toml --source bars.csv --dry-run")
    assert mark not in printed
    assert rf'"ar.p=\U{ord(mark):08X}gnp"' in printed


def test_the_steps_of_a_plan_steer_no_terminal(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_text("")
    printed = run("run 'A\u202e\nB' --source b.csv --dry-run")
    assert r"# 1. read 1d bars of A\u202e\nB from b.csv" in printed
    assert tomllib.loads(printed)["fetch"]["symbols"] == ["A\u202e\nB"]
