"""``validate --set NAME=VALUE`` to thresholds."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from signalcli.cli.parsing import named_value
from signalcli.config.quality import QualityConfig
from signalcli.errors import UsageError, printable

_DEFAULTS = {f.name: f.default for f in fields(QualityConfig) if f.name not in {"calendar", "as_of"}}


def with_thresholds(config: QualityConfig, texts: list[str] | None) -> QualityConfig:
    """The config with other thresholds. Raises UsageError for a name or value that cannot be meant."""
    return replace(config, **dict(_threshold(text) for text in texts or []))


def _threshold(text: str) -> tuple[str, Any]:
    name, value = named_value("--set", text, _DEFAULTS)
    return name, _like(_DEFAULTS[name], value, text)


def _like(default: object, value: object, text: str) -> object:
    """The value, as the default is: a whole number, a number, or several."""
    several = isinstance(default, tuple)
    values = value if isinstance(value, tuple) else (value,)
    kinds = (int,) if isinstance(default, int) else (int, float)
    fine = all(isinstance(v, kinds) and not isinstance(v, bool) and v >= 0 for v in values)
    if not fine or (len(values) != 1 and not several):
        wanted = "a whole number" if isinstance(default, int) else "numbers" if several else "a number"
        raise UsageError("OPTION-VALUE", f"--set {printable(text)}: must be {wanted}, 0 or more")
    return values if several else values[0]
