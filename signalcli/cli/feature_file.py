"""A FeatureConfig as a TOML file: the section ``[features]``, as in a job file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from signalcli.cli.job_file import checked
from signalcli.cli.toml import read_toml, value_text
from signalcli.config.features import FeatureConfig
from signalcli.config.option import brief, settings_of
from signalcli.errors import ConfigError, nearest
from signalcli.io.files import source_name

SECTION = FeatureConfig.section


def to_toml(config: FeatureConfig) -> str:
    """Return the config as text that `read_features` reads."""
    return f"[{SECTION}]\n" + "".join(
        f"{key} = {value_text(value)}\n" for key, value in asdict(config).items()
    )


def read_features(source: str) -> FeatureConfig:
    """Return the config in a file; a field that it does not name keeps its default. Raises ConfigError."""
    return FeatureConfig(**read_values(source))


def read_trusted(source: str, plugins: tuple[str, ...]) -> FeatureConfig:
    """Return the config in a file. Raises ConfigError, too, for a plug-in that is not among ``plugins``."""
    from signalcli.features.plugins import PLUGINS

    config = read_features(source)
    PLUGINS.refuse_unnamed(source_name(source), config.plugins, plugins)
    return config


def read_values(source: str) -> dict[str, Any]:
    """Return the fields of a FeatureConfig that a file names. Raises NoInputError and ConfigError."""
    return values_of(*read_toml(source, "SPEC-SYNTAX"))


def values_of(where: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a document names, each checked. Raises ConfigError."""
    section = document.get(SECTION)
    if not isinstance(section, dict) or len(document) > 1:
        raise ConfigError("SPEC-SYNTAX", f"{where}: expected one section [{SECTION}] and nothing else")
    known = {s.name: s for s in settings_of(FeatureConfig)}
    if unknown := [key for key in section if key not in known]:
        text = f"{where}: no key {brief(unknown[0])!r}; did you mean {nearest(unknown[0], known)}?"
        raise ConfigError("SPEC-KEY", text)
    return {key: checked(where, "SPEC-VALUE", known[key], value) for key, value in section.items()}
