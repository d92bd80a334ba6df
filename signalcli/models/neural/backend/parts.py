"""Parts of Keras given as text, such as ``max_norm(3)`` or ``l2(1e-4)``: parsed, never evaluated."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import Any, Literal

from signalcli.models.neural.backend.runtime import keras

Kind = Literal["activations", "constraints", "initializers", "regularizers"]

# Functions of Keras' modules that are not parts.
_HELPERS = {"get", "serialize", "deserialize"}


def make_part(kind: Kind, text: str, **extra: Any) -> Any:
    """Make the part that a text names, with the arguments in its parentheses.

    Parameters
    ----------
    kind : {"activations", "constraints", "initializers", "regularizers"}
        Keras' module.
    text : str
        ``name`` or ``name(1, key=2)`` in lower case; arguments are numbers, texts, True or False.
    extra : Any
        Further arguments, dropped where the part does not have them (a constant has no seed).

    Raises
    ------
    ValueError
        For an unknown name (with the nearest known one) or invalid arguments.
    """
    name, positional, keywords = parse(text)
    parts = known_parts(kind)
    if name not in parts:
        near = get_close_matches(name, parts, n=2) or sorted(parts)
        raise ValueError(f"no {kind[:-1]} {name!r}; did you mean {' or '.join(near)}?")
    if kind == "activations":
        return parts[name]
    try:
        part = parts[name](*positional, **keywords)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{kind[:-1]} {text!r}: {error}") from error
    if not extra:
        return part
    config = part.get_config()
    return type(part).from_config({**config, **{key: value for key, value in extra.items() if key in config}})


def known_parts(kind: Kind) -> dict[str, Any]:
    """Parts of a module by their lower-case name."""
    module = getattr(keras(), kind)
    return {
        name: getattr(module, name)
        for name in dir(module)
        if name.islower() and name[0] != "_" and name not in _HELPERS
    }


def parse(text: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Name, positional and keyword arguments of ``name(1, key=2)``."""
    try:
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, [], {}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keywords = {k.arg or "": ast.literal_eval(k.value) for k in node.keywords}
            return node.func.id, [ast.literal_eval(a) for a in node.args], keywords
    except (SyntaxError, ValueError):
        pass
    raise ValueError(f"{text!r}: must be a name, or a name with arguments such as max_norm(3)")
