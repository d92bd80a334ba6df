"""A FeatureConfig as a TOML file: the section ``[features]``, as in a job file."""

from __future__ import annotations

from dataclasses import asdict, fields
from difflib import get_close_matches
from typing import Any

from signalcli.config.features import FeatureConfig
from signalcli.errors import ConfigError, printable

SECTION = "features"


def to_toml(config: FeatureConfig) -> str:
    """The config as text that `from_toml` reads."""
    return f"[{SECTION}]\n" + "".join(f"{key} = {_text(value)}\n" for key, value in asdict(config).items())


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def from_toml(text: str, where: str = "spec") -> FeatureConfig:
    """The config that a text holds; what it does not name keeps its default. Raises ConfigError."""
    return FeatureConfig(**settings(text, where))


def settings(text: str, where: str) -> dict[str, Any]:
    """Fields of FeatureConfig that a text names, lists as tuples. Raises ConfigError."""
    import tomllib  # a help text needs no parser

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("SPEC-SYNTAX", f"{where}: not TOML: {printable(error)}") from error
    found = document.get(SECTION)
    if not isinstance(found, dict) or len(document) > 1:
        raise ConfigError("SPEC-SYNTAX", f"{where}: one section [{SECTION}] is expected, and nothing else")
    return {key: _checked(where, key, value) for key, value in found.items()}


def _checked(where: str, key: str, value: Any) -> Any:
    kinds = {f.name: type(f.default) for f in fields(FeatureConfig)}
    if key not in kinds:
        near = " or ".join(get_close_matches(key, kinds, n=1) or sorted(kinds))
        raise ConfigError("SPEC-KEY", f"{where}: no key {printable(key)!r}; did you mean {near}?")
    value = tuple(value) if isinstance(value, list) else value
    whole = kinds[key] is float and type(value) is int
    if type(value) is not kinds[key] and not whole:
        raise ConfigError("SPEC-VALUE", f"{where}: {key} = {printable(value)} is not a value it can have")
    return float(value) if whole else value
