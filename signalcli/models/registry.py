"""The models by name: where each lives, what it reads, how it is made. Imports no model library."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from signalcli.errors import UsageError

Reads = Literal["returns", "sequence", "features"]


@dataclass(frozen=True)
class ModelEntry:
    """One name on the command line.

    Parameters
    ----------
    target : str
        ``module:Class`` below ``signalcli.models``, imported when the model is made.
    reads : {"returns", "sequence", "features"}
        The columns it is given: ``ret_lag*``, the whole sequence block, or every feature.
    preset : dict
        Arguments that the name itself fixes; they cannot be set again.
    summary : str
        One line for ``signalcli models``.
    """

    target: str
    reads: Reads
    summary: str
    preset: dict[str, Any] = field(default_factory=dict)


MODELS: dict[str, ModelEntry] = {
    "majority": ModelEntry("baselines:Majority", "returns", "share of each direction in the training part"),
    "persistence": ModelEntry("baselines:Persistence", "returns", "the last direction again"),
    "ar1": ModelEntry("autoregressive:AutoRegressive", "returns", "AR(1), the linear baseline", {"p": 1}),
    "ar": ModelEntry("autoregressive:AutoRegressive", "returns", "AR(p), order given or by AIC/BIC"),
    "logistic": ModelEntry("linear:Logistic", "features", "logistic regression, scaled, L2"),
    "tree": ModelEntry("trees:Tree", "features", "gradient-boosted trees (LightGBM)"),
    "rnn": ModelEntry(
        "recurrent:Recurrent", "sequence", "simple recurrent network, many-to-one", {"cell": "rnn"}
    ),
    "lstm": ModelEntry(
        "recurrent:Recurrent", "sequence", "long short-term memory, many-to-one", {"cell": "lstm"}
    ),
    "gru": ModelEntry(
        "recurrent:Recurrent", "sequence", "gated recurrent unit, many-to-one", {"cell": "gru"}
    ),
}

# What the table decides, not the user: the shape of the sequence block and the reach of the target.
FROM_TABLE = ("channels", "horizon", "random_state")


@dataclass(frozen=True)
class Parameter:
    """One argument of a model: its name, default and meaning."""

    name: str
    default: Any
    help: str


def entry(name: str) -> ModelEntry:
    """Look a model up; an unknown name is a UsageError that names the nearest known ones."""
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=2) or list(MODELS)
        raise UsageError("MODEL-UNKNOWN", f"no model {name!r}; did you mean {' or '.join(near)}?")
    return MODELS[name]


def parameters(name: str) -> list[Parameter]:
    """List the arguments of a model by reading its source, so that no model library is imported."""
    model = entry(name)
    module, class_name = model.target.split(":")
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == class_name)
    init = next((n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    meanings = _documented(ast.get_docstring(cls) or "")
    if init is None:
        return []
    arguments = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    return [
        Parameter(a.arg, None if d is None else ast.literal_eval(d), meanings.get(a.arg, ""))
        for a, d in arguments
        if a.arg not in model.preset and a.arg not in FROM_TABLE
    ]


def create(name: str, **arguments: Any) -> Any:
    """Make an unfitted estimator; an unknown argument is a UsageError that names the nearest one."""
    model = entry(name)
    known = [p.name for p in parameters(name)]
    for argument in arguments:
        if argument not in known and argument not in FROM_TABLE:
            near = get_close_matches(argument, known, n=2) or known
            hint = f"did you mean {' or '.join(near)}?" if near else "it has none"
            raise UsageError("MODEL-PARAM", f"model {name} has no parameter {argument!r}; {hint}")
    module, class_name = model.target.split(":")
    cls = getattr(importlib.import_module(f"signalcli.models.{module}"), class_name)
    return cls(**model.preset, **arguments)


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
