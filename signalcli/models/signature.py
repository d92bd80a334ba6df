"""The arguments of a model, read from its source: nothing is imported for them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = "signalcli.models"


@dataclass(frozen=True)
class Parameter:
    """One argument of a model: its name, default and meaning."""

    name: str
    default: Any
    help: str


def signature(target: str) -> list[Parameter]:
    """List the arguments of ``module:Class`` in this folder; none where the class takes none."""
    cls, init = _owner(*target.split(":"))
    if init is None:
        return []
    meanings = _documented(ast.get_docstring(cls) or "")
    arguments = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    return [
        Parameter(a.arg, None if d is None else ast.literal_eval(d), meanings.get(a.arg, ""))
        for a, d in arguments
    ]


def _owner(module: str, class_name: str) -> tuple[ast.ClassDef, ast.FunctionDef | None]:
    """A class with its ``__init__``, or the first of its bases in this folder that has one."""
    tree = ast.parse(
        Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    )
    cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == class_name)
    for member in cls.body:
        if isinstance(member, ast.FunctionDef) and member.name == "__init__":
            return cls, member
    for base in (ast.unparse(base) for base in cls.bases):
        if base in {n.name for n in tree.body if isinstance(n, ast.ClassDef)}:
            return _owner(module, base)
        for line in tree.body:
            if isinstance(line, ast.ImportFrom) and base in {name.name for name in line.names}:
                home = str(line.module).removeprefix(f"{_HERE}.")
                found = _owner(home, base) if home != line.module else (cls, None)
                if found[1] is not None:
                    return found
    return cls, None


def _documented(docstring: str) -> dict[str, str]:
    """Meanings of the parameters in a numpy-style docstring, joined to one line each."""
    meanings: dict[str, str] = {}
    name = ""
    for line in docstring.partition("Parameters\n")[2].splitlines()[1:]:
        if line and not line.startswith(" "):
            if " : " not in line:
                break
            name = line.split(" : ")[0]
            meanings[name] = ""
        elif name:
            meanings[name] = f"{meanings[name]} {line.strip()}".strip()
    return meanings
