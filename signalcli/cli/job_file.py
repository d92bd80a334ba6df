"""A job: the settings of ``run`` as a TOML file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from signalcli.errors import ConfigError, printable
from signalcli.io.files import named, read_bytes

# Section and key of every setting, in the order an example shows them.
SECTIONS: dict[str, tuple[str, ...]] = {
    "fetch": (
        "symbols", "source", "store", "update", "wait", "start", "end", "interval", "adjust", "bad_rows",
        "date_format", "gzip", "timeout", "include_unfinished", "rows",
    ),
    "features": (
        "window", "horizon", "dead_zone", "sets", "windows", "statistics", "channels", "lags", "label",
        "dead_zone_unit", "barriers", "weights", "float32", "plugins",
    ),
    "fit": (
        "models", "folds", "gap", "max_train", "cv", "embargo", "refit_every", "test_groups", "holdout",
        "open_holdout", "pooled", "seed", "seeds", "calibrate", "coverage", "jobs", "set",
    ),
    "backtest": ("cost_bps", "fill", "threshold", "long_only", "rule"),
    "predict": ("save", "refit_after", "append", "calendar"),
    "output": (
        "output", "format", "returns", "metrics", "by", "portfolio", "intervals", "deflate", "ledger",
    ),
}  # fmt: skip
LISTS = {"symbols", "set", "rule"}  # lists as they are
NUMBERS = {"windows", "lags", "barriers"}
# lists that the command line writes with commas
NAMES = {"models", "sets", "statistics", "channels", "plugins"} | NUMBERS
PRIMITIVE = (str, int, float, bool, dt.date)


def read_job(source: str) -> dict[str, Any]:
    """Settings of a job file by key, as the command line writes them.

    A list of names is joined with commas; ``set`` becomes a list of ``MODEL.PARAM=VALUE``. Raises
    NoInputError when it cannot be read, ConfigError for what is not TOML, an unknown section or key (with
    the nearest), or a value that no setting can have.
    """
    import tomllib  # a help text needs no parser

    where = named(source)
    try:
        document = tomllib.loads(read_bytes(source).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("JOB-SYNTAX", f"{where}: not TOML: {printable(error)}") from error
    found: dict[str, Any] = {}
    for section, settings in document.items():
        _refuse_unknown(where, "section", section, list(SECTIONS))
        if not isinstance(settings, dict):
            raise ConfigError(
                "JOB-VALUE", f"{where}: {section} is a section; write [{section}] above its keys"
            )
        for key, value in settings.items():
            _refuse_unknown(where, f"key in [{section}]", key, list(SECTIONS[section]))
            found[key] = _value(where, section, key, value)
    return found


def _refuse_unknown(where: str, what: str, name: str, known: list[str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1) or known
        raise ConfigError(
            "JOB-KEY", f"{where}: no {what} {printable(name)!r}; did you mean {' or '.join(near)}?"
        )


def _value(where: str, section: str, key: str, value: Any) -> Any:
    if key == "set" and isinstance(value, dict):
        return list(_settings(where, value))
    if key in LISTS | NAMES:
        parts = value if isinstance(value, list) else [value]
        if all(isinstance(part, str) or (key in NUMBERS and type(part) in {int, float}) for part in parts):
            return parts if key in LISTS else ",".join(map(str, parts))
    elif isinstance(value, PRIMITIVE) and not isinstance(value, dt.datetime):
        return value.isoformat() if isinstance(value, dt.date) else value
    raise ConfigError(
        "JOB-VALUE", f"{where}: [{section}] {key} = {printable(value)} is not a value it can have"
    )


def _settings(where: str, models: dict[str, Any]) -> Iterator[str]:
    """``[fit.set.lstm] units = 64`` as the command line writes it."""
    for model, settings in models.items():
        if not isinstance(settings, dict):
            raise ConfigError("JOB-VALUE", f"{where}: write [fit.set.MODEL] above the parameters of a model")
        for name, value in settings.items():
            values = value if isinstance(value, list) else [value]
            yield f"{model}.{name}={','.join(map(_word, values))}"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_toml(settings: dict[str, Any], remarks: dict[str, str]) -> str:
    """A job file with these settings, a remark behind each; a setting without a value stands as a comment."""
    lines: list[str] = []
    for section, keys in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for key in keys:
            value = settings.get(key)
            text = f"{key} = {_toml(value)}" if value is not None else f"# {key} ="
            lines.append(f"{text}  # {remarks[key]}" if remarks.get(key) else text)
    return "\n".join(lines).strip() + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, int | float):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
