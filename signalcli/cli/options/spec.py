"""``--spec FILE``: a saved choice of features, whose fields become the defaults."""

from __future__ import annotations

from typing import Annotated

import typer

from signalcli.cli.feature_file import read_values
from signalcli.cli.job_file import as_text
from signalcli.cli.options.own_code import note_file
from signalcli.config.features import FeatureConfig
from signalcli.config.option import settings_of


def _take_spec(context: typer.Context, file: str | None) -> str | None:
    """Callback: the fields in the file become defaults; a flag takes precedence."""
    if file is not None:
        known = {s.name: s for s in settings_of(FeatureConfig)}
        values = {known[name].parameter: as_text(known[name], v) for name, v in read_values(file).items()}
        note_file(context, file, values, first=True)
        context.default_map = {**(context.default_map or {}), **values}
    return file


SpecFile = Annotated[
    str | None,
    typer.Option(
        "--spec",
        help="TOML file with the choice of features (features --save-spec).",
        metavar="FILE",
        is_eager=True,
        callback=_take_spec,
        hidden=True,
        rich_help_panel="Features",
        show_envvar=False,
    ),
]
