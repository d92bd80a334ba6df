"""Values as TOML text: they can be read back, and shown on a terminal."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import run
from signalcli.cli.toml import value_text

CHARACTERS = st.characters(exclude_categories=["Cs"])  # TOML is UTF-8
VALUES = st.recursive(
    st.text(CHARACTERS) | st.integers(-(2**63), 2**63 - 1) | st.booleans(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.sampled_from("ab"), values, max_size=2),
    max_leaves=6,
)


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
