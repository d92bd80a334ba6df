"""A job file: the settings of ``run`` in TOML, by the sections and keys of `signalcli.config.job`."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

from signalcli.cli.options.parameters import split_owner
from signalcli.cli.toml import read_toml, value_text
from signalcli.config.job import sections
from signalcli.config.option import Setting, brief
from signalcli.config.services import services_of
from signalcli.config.trading import TradingRule
from signalcli.errors import ConfigError, UsageError, nearest

PATHS = {"files", "folders", "source"}  # completions of settings that name a file or folder
NAMES = {"-", "default", "off"}  # words that stand there instead
PARAMETERS = "set"  # [fit.set.MODEL]
RULE = "rule"  # the older spelling of the keys in [backtest]: a list of NAME=VALUE


def read_job(source: str) -> dict[str, Any]:
    """Return the settings of a job file by key, each checked by its field; ``set`` as ``MODEL.PARAM=VALUE``.

    A relative path belongs to the folder of the file, wherever the command runs. Raises NoInputError when the
    file cannot be read, ConfigError for text that is not TOML, an unknown
    section or key, or a value that is not allowed.
    """
    where, document = read_toml(source, "JOB-SYNTAX")
    known = sections()
    found: dict[str, Any] = {}
    for section, settings in document.items():
        _check_known(where, "section", section, known)
        if not isinstance(settings, dict):
            text = f"{where}: {section} is a section; write [{section}] above its keys"
            raise ConfigError("JOB-VALUE", text)
        for key, value in settings.items():
            found.update(_setting(where, section, key, value, known[section]))
    _check_models(where, found)
    return {key: _located(source, key, value) for key, value in found.items()}


def _located(source: str, key: str, value: Any) -> Any:
    """Return a path of a job file as seen from the working folder."""
    folder = os.path.dirname(source)  # noqa: PTH120 (Path would drop a leading ./ of the value)
    one = next((keys[key] for keys in sections().values() if key in keys), None)
    if one is None or one.option.complete not in PATHS or not folder:
        return value
    if isinstance(value, tuple):
        return tuple(_joined(folder, part) for part in value)
    return _joined(folder, value)


def _joined(folder: str, value: Any) -> Any:
    if not isinstance(value, str) or value in NAMES or services_of(value):
        return value
    return os.path.join(folder, value)  # noqa: PTH118


def _check_models(where: str, found: dict[str, Any]) -> None:
    """Raise ConfigError for a name that is no model, because only here its file is known."""
    from signalcli.models.registry import resolve

    owners = [split_owner(text.partition("=")[0])[0] for text in found.get(PARAMETERS, ())]
    try:
        for name in [*found.get("models", ()), *filter(None, owners)]:
            resolve(name)
    except UsageError as error:
        raise ConfigError(error.code, f"{where}: [fit] {error.message}") from error


def _setting(where: str, section: str, key: str, value: Any, known: dict[str, Setting]) -> dict[str, Any]:
    if section == TradingRule.section and key == RULE:
        return _rule(where, value)
    _check_known(where, f"key in [{section}]", key, known)
    if key == PARAMETERS:
        return {key: list(parameter_texts(where, value))}
    return {key: checked(f"{where}: [{section}]", "JOB-VALUE", known[key], value)}


def checked(where: str, code: str, one: Setting, value: Any) -> Any:
    """Return the value of a setting in a TOML file. Raises ConfigError with ``code``."""
    try:
        if isinstance(value, str) and one.many:
            return one.parse(value)
        if isinstance(value, dt.datetime | dt.time):
            raise one.refused(value)
        return one.checked(value)
    except UsageError as error:
        raise ConfigError(
            code, f"{where}: {one.key} = {brief(value_text(value))}: must be {one.wish}"
        ) from error


def as_texts(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings by the name of their option, as typed on a command line."""
    known = {key: one for section in sections().values() for key, one in section.items()}
    return {known[key].parameter: as_text(known[key], value) for key, value in settings.items()}


def as_text(one: Setting, value: Any) -> Any:
    """Return a value as it is typed; a list for an option that may be repeated."""
    if one.plain is bool or one.key == PARAMETERS:
        return value
    if one.repeatable:
        return list(value) if isinstance(value, tuple) else [value]
    return [one.text(value)] if one.many else one.text(value)


def _check_known(where: str, what: str, name: str, known: dict[str, Any]) -> None:
    if name not in known:
        text = f"{where}: no {what} {brief(name)!r}; did you mean {nearest(name, known)}?"
        raise ConfigError("JOB-KEY", text)


def _rule(where: str, value: Any) -> dict[str, Any]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise ConfigError("JOB-VALUE", f"{where}: [backtest] rule: must be a list of NAME=VALUE")
    try:
        rule = TradingRule().override(RULE, texts)
    except UsageError as error:
        raise ConfigError("JOB-VALUE", f"{where}: [backtest] {error.message}") from error
    return {name: getattr(rule, name) for name in (text.partition("=")[0].strip() for text in texts)}


def parameter_texts(where: str, models: Any) -> Iterator[str]:
    """Yield ``[fit.set.lstm] units = 64`` as it is typed: ``lstm.units=64``; a list is typed already."""
    if isinstance(models, list) and all(isinstance(text, str) for text in models):
        yield from models
        return
    for model, settings in (models if isinstance(models, dict) else {"": None}).items():
        if not isinstance(settings, dict):
            raise ConfigError("JOB-VALUE", f"{where}: write [fit.set.MODEL] above the parameters of a model")
        for name, value in settings.items():
            values = value if isinstance(value, list) else [value]
            yield f"{model}.{name}={','.join(map(_word, values))}"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_toml(values: dict[str, Any], remarks: dict[str, str]) -> str:
    """Return a job file with these values, a remark behind each; a setting without a value is a comment."""
    lines: list[str] = []
    for section, settings in sections().items():
        lines += ["", f"[{section}]"]
        for key in settings:
            value = values.get(key)
            text = f"# {key} =" if value is None or value == {} else f"{key} = {value_text(value)}"
            lines.append(f"{text}  # {remarks[key]}" if remarks.get(key) else text)
    return "\n".join(lines).strip() + "\n"
