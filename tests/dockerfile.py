"""A Dockerfile without a builder: its stages are read, and run in a folder instead of an image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from shell import ROOT

FOLDERS = re.compile(r"(?<![\w.])/(?=(opt|src|data)\b)")  # of the image, laid below another root here


class Step(NamedTuple):
    """One instruction, such as ``RUN`` and what follows it."""

    name: str
    text: str


def stages(text: str) -> dict[str, list[Step]]:
    """Steps of each stage by its name; the first one is FROM."""
    found: dict[str, list[Step]] = {}
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    for line in filter(None, joined.splitlines()):
        step = Step(*line.split(maxsplit=1))
        if step.name == "FROM":
            steps = found.setdefault(step.text.rpartition(" AS ")[2], [])
        steps.append(step)
    return found


def chain(every: dict[str, list[Step]], target: str) -> list[Step]:
    """Steps of a stage after those of the stages that it is built on."""
    parent = every[target][0].text.partition(" AS ")[0]
    return [*(chain(every, parent) if parent in every else []), *every[target][1:]]


class Container:
    """What the steps of a Dockerfile make below a folder.

    Parameters
    ----------
    root : Path
        Stands for ``/`` of the image.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.cwd = root, root
        self.environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        self.user: int | None = None
        self.health = ""

    def inside(self, text: str) -> str:
        """The text with folders of the image moved below the root."""
        return FOLDERS.sub(f"{self.root}/", text)

    def build(self, steps: list[Step]) -> None:
        """Carry out RUN, COPY, ARG, ENV, WORKDIR, USER and HEALTHCHECK; a failing RUN is an error."""
        for name, text in steps:
            if carry_out := getattr(self, f"_{name.lower()}", None):
                carry_out(text)

    def _run(self, text: str) -> None:
        self.run(text).check_returncode()

    def _env(self, text: str) -> None:
        for pair in text.split():
            key, _, value = self.inside(pair).partition("=")
            self.environment[key] = value.replace("$PATH", self.environment["PATH"])

    def _arg(self, text: str) -> None:
        key, _, value = text.partition("=")
        self.environment.setdefault(key, value.strip('"'))

    def _workdir(self, text: str) -> None:
        self.cwd = Path(self.inside(text))
        self.cwd.mkdir(parents=True, exist_ok=True)

    def _user(self, text: str) -> None:
        self.user = int(text.partition(":")[0])

    def _healthcheck(self, text: str) -> None:
        self.health = text.partition("CMD ")[2]

    def _copy(self, text: str) -> None:
        """Copy what comes from the repository; another stage is below the same root already."""
        *names, target = text.split()
        for name in names if not text.startswith("--from") else []:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.cwd / target, dirs_exist_ok=True)
            else:
                shutil.copy(source, self.cwd)

    @property
    def runs_as(self) -> int:
        """The user of the image; our own where only root could become it, or it could not reach Python."""
        possible = os.geteuid() == 0 and _is_public(Path(sys.executable).resolve())
        return self.user if possible and self.user is not None else os.geteuid()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a shell command as the image would, and as its user where that is possible."""
        return subprocess.run(
            ["sh", "-c", self.inside(command)],
            cwd=self.cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            user=self.runs_as,
            timeout=5400,  # the full image has 2.7 GB to fetch and unpack
        )


def _is_public(program: Path) -> bool:
    """Whether every user may reach a program; one below the home of root is out of reach."""
    return all(folder.stat().st_mode & 0o001 for folder in [program, *program.parents])
