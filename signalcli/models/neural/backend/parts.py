"""Parts of Keras given as text, such as ``max_norm(3)`` or ``l2(1e-4)``: read, never evaluated."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import Any, Literal

from signalcli.models.neural.backend.runtime import keras

Kind = Literal["activations", "constraints", "initializers", "regularizers"]

# What stands in Keras' modules beside the parts themselves.
_NO_PARTS = {"get", "serialize", "deserialize"}


def made(kind: Kind, text: str, **given: Any) -> Any:
    """Make the part that a text names, with the arguments in its brackets.

    Parameters
    ----------
    kind : {"activations", "constraints", "initializers", "regularizers"}
        Keras' module.
    text : str
        ``name`` or ``name(1, key=2)`` in small letters; arguments are numbers, texts, True or False.
    given : Any
        Further arguments, kept where the part has them (a seed, which a constant does not need).

    Raises
    ------
    ValueError
        For an unknown name (the nearest known one is in the message) or arguments that do not fit.
    """
    name, positional, named = parsed(text)
    parts = known(kind)
    if name not in parts:
        near = get_close_matches(name, parts, n=2) or sorted(parts)
        raise ValueError(f"no {kind[:-1]} {name!r}; did you mean {' or '.join(near)}?")
    if kind == "activations":
        return parts[name]
    try:
        part = parts[name](*positional, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{kind[:-1]} {text!r}: {error}") from error
    if not given:
        return part
    config = part.get_config()
    return type(part).from_config({**config, **{key: value for key, value in given.items() if key in config}})


def known(kind: Kind) -> dict[str, Any]:
    """Parts of a module by the name that is written in small letters."""
    module = getattr(keras(), kind)
    return {
        name: getattr(module, name)
        for name in dir(module)
        if name.islower() and name[0] != "_" and name not in _NO_PARTS
    }


def parsed(text: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Split ``name(1, key=2)`` into name, positional and named arguments."""
    try:
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, [], {}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = {k.arg or "": ast.literal_eval(k.value) for k in node.keywords}
            return node.func.id, [ast.literal_eval(a) for a in node.args], named
    except (SyntaxError, ValueError):
        pass
    raise ValueError(f"{text!r} is neither a name nor a name with arguments in brackets, such as max_norm(3)")
