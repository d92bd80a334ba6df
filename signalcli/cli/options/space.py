"""``--space MODEL.PARAM=VALUES`` and TOML files of such values, checked by the declarations of the models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from signalcli.cli.options.own_code import refuse_code_of_file
from signalcli.cli.options.parameters import parse_value, split_owner
from signalcli.cli.toml import read_toml
from signalcli.config.option import brief
from signalcli.errors import ConfigError, UsageError, nearest

if TYPE_CHECKING:
    from signalcli.models.fields import Parameter
    from signalcli.research.tuning.space import Dimension, Space

NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|(?<!\.)\.\d+)(?:[eE][-+]?\d{1,3})?"
RANGE = re.compile(rf"({NUMBER})\.\.({NUMBER})(:log)?(?:/(\d{{1,4}}))?")
KEYS = ("low", "high", "log", "points")
ENDING = ".toml"
Given = tuple[str, str, str, Any]
"""Where a dimension stands, the model, its parameter, and the values: text, a list, or a table."""


def read_space(texts: Sequence[str], named: tuple[str, ...]) -> Space:
    """Return the space of each model, in the order in which they are given.

    ``named`` are the models of the command line: only these are searched, if there are any. A file cannot ask
    for a model of one's own that is not among them. Raises UsageError and ConfigError.
    """
    space: Space = {}
    for where, model, name, values in (one for text in texts for one in _given(text, named)):
        known = space.setdefault(model, ())
        dimension = _dimension(where, model, name, values)
        if any(other.name == dimension.name for other in known):
            raise _refused(where, f"{model}.{dimension.name} is given twice")
        space[model] = (*known, dimension)
    return _chosen(space, named)


def _chosen(space: Space, named: tuple[str, ...]) -> Space:
    """The spaces of the named models. Raises UsageError for a model without one."""
    for model in named:
        if model not in space:
            text = f"--model {brief(model)}: has no --space; it is searched with one for each model"
            raise UsageError("SPACE-MODEL", text)
    return {model: space[model] for model in named or space}


def _given(text: str, named: tuple[str, ...]) -> Iterator[Given]:
    if text.endswith(ENDING) or "=" not in text:
        yield from _of_file(text, named)
        return
    key, _, values = text.partition("=")
    model, dot, name = split_owner(key)
    if not dot and len(named) == 1:
        model = named[0]
    if not model or not name or not values.strip():
        raise _refused(
            f"--space {brief(text)}", "must be MODEL.PARAM=VALUES, such as tree.num_leaves=7,15,31"
        )
    yield f"--space {brief(text)}", *_canonical(model, name), values.strip()


def _of_file(file: str, named: tuple[str, ...]) -> Iterator[Given]:
    """Yield the keys of a file; a table is a model."""
    where, document = read_toml(file, "SPACE-SYNTAX")
    for model, parameters in document.items():
        if not isinstance(parameters, dict):
            text = f"{where}: {brief(model)}: write [MODEL] above its parameters"
            raise ConfigError("SPACE-SYNTAX", text)
        refuse_code_of_file(where, [model], _texts(list(parameters.values())), named)
        for name, values in parameters.items():
            yield f"{where}: {brief(model)}.{brief(name)}", *_canonical(model, name, where), values


def _texts(values: Any) -> Iterator[str]:
    """The texts in lists of values."""
    if isinstance(values, str):
        yield values
    for value in values if isinstance(values, list) else ():
        yield from _texts(value)


def _canonical(model: str, name: str, where: str = "") -> tuple[str, str]:
    """The model and its parameter in their one spelling. Raises UsageError with the nearest names."""
    from signalcli.models.registry import FROM_TABLE, resolve, resolve_parameter

    try:
        own = resolve(model)
        canonical = resolve_parameter(own, name)
    except UsageError as error:
        if where:
            raise ConfigError(error.code, f"{where}: {error.message}") from error
        raise
    if canonical in FROM_TABLE:
        text = f"{own}.{canonical} cannot be searched; it follows from the table and --seed for every model"
        raise UsageError("MODEL-PARAM", text)
    return own, canonical


def _dimension(where: str, model: str, name: str, given: Any) -> Dimension:
    from signalcli.models.registry import declared
    from signalcli.research.tuning.space import Choice

    parameter = declared(model, name)
    match = RANGE.fullmatch(given) if isinstance(given, str) else None
    if match:
        low, high, log, points = match.groups()
        return _range(
            where, parameter, name, low, high, log=bool(log), points=None if points is None else int(points)
        )
    if isinstance(given, str) and ".." in given:
        raise _refused(where, "a range is LOW..HIGH, LOW..HIGH:log or, for five values, LOW..HIGH/5")
    if isinstance(given, dict):
        return _range_of_table(where, parameter, name, given)
    values = tuple(_values(given))
    for value in values:
        _check(where, parameter, value)
    if len(set(map(repr, values))) < len(values) or not values:
        raise _refused(where, "must be values, each once")
    return Choice(name, values)


def _values(given: Any) -> Iterator[Any]:
    """Values as typed, or of a list in a file, in which a list is one value and text is read as typed."""
    if isinstance(given, str):
        parsed = parse_value(given)
        yield from parsed if isinstance(parsed, tuple) else (parsed,)
        return
    for value in given if isinstance(given, list) else [given]:
        yield (
            tuple(value)
            if isinstance(value, list)
            else parse_value(value)
            if isinstance(value, str)
            else value
        )


def _range_of_table(where: str, parameter: Parameter, name: str, table: dict[str, Any]) -> Dimension:
    if unknown := [key for key in table if key not in KEYS]:
        raise _refused(where, f"no key {brief(unknown[0])!r}; did you mean {nearest(unknown[0], KEYS)}?")
    numbers = [table.get(key) for key in ("low", "high")]
    points = table.get("points")
    plain = all(type(n) in {int, float} for n in numbers) and type(table.get("log", False)) is bool
    if not plain or type(points) not in {int, type(None)}:
        raise _refused(where, "must have low and high, such as {low = 8, high = 64, log = true, points = 4}")
    low, high = map(repr, numbers)
    return _range(where, parameter, name, low, high, log=bool(table.get("log")), points=points)


def _range(
    where: str, parameter: Parameter, name: str, low: str, high: str, *, log: bool, points: int | None
) -> Dimension:
    """The range; with ``points`` the list of so many values."""
    from signalcli.research.tuning.space import Choice, Range, spread

    real = isinstance(parameter.default, float)
    first, last = (float(text) if real else parse_value(text) for text in (low, high))
    for end in (first, last):
        _check(where, parameter, end)
    if parameter.low is None and isinstance(parameter.default, bool | str):
        raise _refused(where, "must be a list of values, because it is no number")
    if not first < last or (log and first <= 0):
        raise _refused(where, "must go up from LOW to HIGH" + (", with LOW above 0 for :log" if log else ""))
    whole = isinstance(first, int) and isinstance(last, int)
    if points is None:
        return Range(name, first, last, log, whole)
    if points < 2:
        raise _refused(where, "must have at least 2 points")
    return Choice(name, spread(whole, first, last, log, points))


def _check(where: str, parameter: Parameter, value: Any) -> None:
    """Raise UsageError for a value that the declaration of the parameter does not allow."""
    try:
        parameter.check(value)
    except ValueError as error:
        raise _refused(where, brief(error)) from error
    if isinstance(parameter.default, bool) and not isinstance(value, bool):
        raise _refused(where, f"{parameter.name}={value!r}: must be true or false")


def _refused(where: str, text: str) -> UsageError:
    return UsageError("SPACE-VALUE", f"{where}: {text}")
