"""Options of ``features`` alone."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def _take_spec(context: typer.Context, file: str | None) -> str | None:
    """Callback: a spec gives every other default, so a flag comes before it."""
    if file is not None:
        from signalcli.files import named, read_bytes
        from signalcli.specs.featurefile import settings

        found = settings(read_bytes(file).decode("utf-8", "replace"), named(file))
        context.default_map = {key: _as_typed(value) for key, value in found.items()}
    return file


def _as_typed(value: Any) -> Any:
    """A list as the command line writes it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else value


SpecFile = Annotated[
    str | None,
    typer.Option(
        "--spec",
        help="TOML file with the choice of features.",
        metavar="FILE",
        is_eager=True,
        callback=_take_spec,
    ),
]
SaveSpec = Annotated[
    str | None,
    typer.Option(
        "--save-spec", help="Write the choice of features as TOML, and nothing else.", metavar="FILE"
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="List the features: formula, look-back, unit, source; read no bars.")
]
