"""Options that say which features are made."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from signalcli.cli.options.option import option
from signalcli.config.features import CHANNELS, LABELS, STATISTICS
from signalcli.errors import UsageError, printable


def _take_spec(context: typer.Context, file: str | None) -> str | None:
    """Callback: a config gives every other default, so a flag comes before it."""
    if file is not None:
        from signalcli.cli.feature_file import settings
        from signalcli.io.files import named, read_bytes

        found = settings(read_bytes(file).decode("utf-8", "replace"), named(file))
        chosen = {key: _as_typed(value) for key, value in found.items()}
        context.default_map = {**(context.default_map or {}), **chosen}
    return file


def _as_typed(value: Any) -> Any:
    """A list as the command line writes it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else value


def numbers_of(option: str, text: str) -> tuple[int, ...]:
    """Comma-separated whole numbers, each once, in order. Raises UsageError."""
    try:
        return tuple(dict.fromkeys(int(part) for part in text.split(",") if part.strip()))
    except ValueError as error:
        raise UsageError(
            "OPTION-VALUE", f"{option} {printable(text)}: must be whole numbers, as 5,20"
        ) from error


Windows = Annotated[str, option("--windows", help="Widths of rolling and volatility, in bars.")]
Statistics = Annotated[str, option("--statistics", help=f"What rolling says: any of {','.join(STATISTICS)}.")]
Channels = Annotated[
    str, option("--channels", help=f"What lags and windows record: any of {','.join(CHANNELS)}.")
]
Lags = Annotated[str, option("--lags", help="Bars ago at which lags records; nothing means 0 … window-1.")]


def two_numbers(option: str, text: str) -> tuple[float, ...]:
    """Comma-separated numbers. Raises UsageError."""
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise UsageError("OPTION-VALUE", f"{option} {printable(text)}: must be numbers, as 2,1") from error


Label = Annotated[str, option("--label", help=f"What is asked: {', '.join(LABELS)}.")]
ZoneUnit = Annotated[
    str,
    option("--dead-zone-unit", help="return: a fraction; volatility: deviations of the last 20 bars."),
]
Barriers = Annotated[
    str, option("--barriers", help="Upper and lower barrier, in deviations of the last 20 bars.")
]
Weights = Annotated[
    bool, option("--weights", help="Write weight, the share of a label that is its own; fit uses it.")
]
Float32 = Annotated[bool, option("--float32", help="Keep features as 32-bit numbers.")]
Plugins = Annotated[str, option("--plugin", help="Features of your own: module:function, …", metavar="NAME")]
SpecFile = Annotated[
    str | None,
    option(
        "--spec",
        help="TOML file with the choice of features.",
        metavar="FILE",
        is_eager=True,
        callback=_take_spec,
    ),
]
SaveConfig = Annotated[
    str | None,
    option("--save-spec", help="Write the choice of features as TOML, and nothing else.", metavar="FILE"),
]
Explain = Annotated[
    bool, option("--explain", help="List the features: formula, look-back, unit, source; read no bars.")
]
