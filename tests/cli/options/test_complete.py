"""Completion, asked of real shells: bash, and zsh and fish where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shell import run, small_environment

BASH = """
eval "$(_SIGNALCLI_COMPLETE=source_bash signalcli)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_signalcli_completion signalcli
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
_SIGNALCLI_COMPLETE=source_fish signalcli | source
complete --do-complete "$argv" | string split --fields 1 \\t
"""
# zsh completes inside its line editor only: its two builtins that need one print what they are given.
ZSH = """
compdef() { :; }
_arguments() { print -r -- "$@"; }
_describe() { print -r -- "${(P@)2}" "$@"; }
eval "$(_SIGNALCLI_COMPLETE=source_zsh signalcli)"
words=(${=1}); CURRENT=$#words
_signalcli_completion
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A PATH on which ``signalcli`` is this one."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "signalcli").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m signalcli "$@"\n')
    (folder / "signalcli").chmod(0o755)
    home = str(tmp_path_factory.mktemp("home"))
    return small_environment() | {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": home, "TERM": "dumb"}


def complete(shell: str, script: str, line: str, environment: dict[str, str]) -> str:
    words = ["signalcli", *line.split(" ")] if shell == "bash" else [f"signalcli {line}"]
    arguments = ["-c", script, *([shell] if shell != "fish" else []), *words]
    done = subprocess.run(
        [shell, *arguments], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    return done.stdout


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("fea", ["features"]),
        ("fit --model l", ["logistic", "lstm", "lstm+gru"]),
        ("fit --model ar,tr", ["ar,tree"]),
        ("fit --set tre", ["tree."]),
        ("fit --set lstm.learning_r", ["lstm.learning_rate="]),
        ("features --sets lags,ro", ["lags,rolling"]),
        ("fetch --adjust s", ["split"]),
        ("metrics --explain sharpe_e", ["sharpe_error"]),
        ("fetch --include", ["--include-unfinished"]),
        ("models lst", ["lstm", "lstm+gru"]),
    ],
)
def test_bash(line: str, names: list[str], environment: dict[str, str]) -> None:
    assert complete("bash", BASH, line, environment).split("\n")[:-1] == names


def test_bash_knows_the_symbols_of_a_store(environment: dict[str, str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(f"fetch walk ar1 --source synthetic --rows 30 --store {store}")
    printed = complete("bash", BASH, f"store show --store {store} w", environment)
    assert "walk" in complete("bash", BASH, f"features --store {store} w", environment).split()
    assert printed == "walk\n"


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish(environment: dict[str, str]) -> None:
    assert complete("fish", FISH, "fit --model ls", environment).split() == ["lstm", "lstm+gru"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh(environment: dict[str, str]) -> None:
    assert "reliability" in complete("zsh", ZSH, "reliab", environment)
