"""``--set OWNER.PARAM=VALUE``: parameters of models and of synthetic processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signalcli.config.option import brief
from signalcli.errors import UsageError

_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}
LONGEST = 32  # characters of a number

Parameters = dict[str, dict[str, Any]]


def split_parameters(
    texts: Sequence[str], processes: Sequence[str], models: tuple[str, ...] | None
) -> tuple[Parameters, Parameters]:
    """Return the parameters of processes and those of models, by name.

    Without models all belong to the processes; with models, a name that is no process is that of a model.
    """
    found = parse_parameters(texts, processes if models is None else models)
    of_processes = {name: v for name, v in found.items() if models is None or name in processes}
    of_models = {name: v for name, v in found.items() if name not in of_processes}
    return of_processes, _canonical(of_models)


def canonical_models(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of models in their one spelling: ``lightgbm`` is ``tree``; an unknown one stays."""
    from signalcli.models.registry import ALIASES

    return tuple(dict.fromkeys(ALIASES.get(name, name) for name in names))


def _canonical(found: Parameters) -> Parameters:
    """Return parameters in their one spelling: ``lgbm.lr`` is ``tree.learning_rate``."""
    from signalcli.models.registry import ALIASES, PARAMETER_ALIASES

    merged: Parameters = {}
    for name, values in found.items():
        own = {PARAMETER_ALIASES.get(key, key): value for key, value in values.items()}
        merged.setdefault(ALIASES.get(name, name), {}).update(own)
    return merged


def split_owner(key: str) -> tuple[str, str, str]:
    """Return owner, dot and parameter of ``OWNER.PARAM``; both may hold the dots of a module.

    ``package.module:name.trees`` is a parameter of ``package.module:name``, and
    ``ensemble.package.module:name__trees`` one of ``ensemble``, whose member has that name.
    """
    module, colon, last = key.strip().rpartition(":")
    member = colon and "." not in last
    return key.strip().partition(".") if member and "." in module else key.strip().rpartition(".")


def parse_parameters(texts: Sequence[str], owners: Sequence[str]) -> Parameters:
    """Return parameters by owner; one without an owner belongs to every one of ``owners``.

    Values are numbers, true, false, none, or text; a comma makes a tuple. Raises UsageError.
    """
    found: Parameters = {}
    for text in texts:
        key, equals, value = text.partition("=")
        owner, dot, parameter = split_owner(key)
        if not equals or not parameter or (dot and not owner):
            raise UsageError(
                "OPTION-VALUE", f"--set {brief(text)}: must be MODEL.PARAM=VALUE, such as lstm.units=64"
            )
        if not dot and not owners:
            raise UsageError(
                "OPTION-VALUE", f"--set {brief(text)}: must name its model, such as lstm.units=64"
            )
        for name in [owner] if dot else owners:
            found.setdefault(name, {})[parameter] = parse_value(value)
    return found


def parse_value(text: str) -> Any:
    """Return the number, word or text that was typed; ``64,32`` is a tuple of two."""
    text = text.strip()
    if "," in text and "(" not in text:
        return tuple(parse_value(part) for part in text.split(",") if part.strip())
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float) if len(text) <= LONGEST else ():
        try:
            return kind(text)
        except ValueError:
            continue
    return text
