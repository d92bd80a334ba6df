"""TOML in and out: documents are bounded before they are parsed, values are written by tomlkit."""

from __future__ import annotations

import re
from typing import Any

from signalcli.config.option import brief
from signalcli.errors import ConfigError
from signalcli.io.files import read_bytes, source_name

LARGEST = 200_000  # bytes
# A key of thousands of parts costs gigabytes, because every part is a table.
DOTTED = re.compile(r"""(?:[\w"'-]{1,64}[ \t]*\.[ \t]*){30}""")


def read_toml(source: str, code: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a file for messages, and its document. Raises NoInputError, or as `parse_toml`."""
    where = source_name(source)
    return where, parse_toml(read_bytes(source, LARGEST + 1), where, code)


def parse_toml(content: bytes, where: str, code: str) -> dict[str, Any]:
    """Return the document in a text. Raises ConfigError with ``code`` when it is not TOML, or too large."""
    import tomllib  # a help text needs no parser

    if len(content) > LARGEST:
        raise ConfigError(code, f"{where}: too large; a settings file has at most {LARGEST:,} bytes")
    try:
        text = content.decode("utf-8")
        if DOTTED.search(text):
            raise ConfigError(code, f"{where}: a key of more than 30 parts")
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(code, f"{where}: tables or arrays are nested too deeply") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(code, f"{where}: not TOML: {brief(error)}") from error


def value_text(value: Any) -> str:
    """Return a value as TOML: a date as text, because a job file has its dates as text.

    What would steer a terminal is escaped, so the text means the same and is safe to show.
    """
    import tomlkit

    if isinstance(value, tuple | list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {value_text(part)}' for key, part in value.items())}}}"
    plain = value if isinstance(value, bool | int | float) else str(value)
    return _escaped(tomlkit.item(plain).as_string())


def _escaped(text: str) -> str:
    """Return the TOML of a value on one printable line, with the escapes of a TOML string."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in text)
