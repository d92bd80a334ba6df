"""``--params FILE``: models and their parameters, as ``tune --best`` writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from signalcli.cli.job_file import parameter_texts
from signalcli.cli.options.own_code import refuse_code_of_file
from signalcli.cli.options.parameters import split_owner
from signalcli.cli.toml import read_toml
from signalcli.config.option import brief
from signalcli.errors import ConfigError, UsageError

SECTION, MODELS, SET = "fit", "models", "set"
SEARCH, UNTIL = "search", "until"


def to_toml(parameters: Mapping[str, Mapping[str, Any]], remarks: Sequence[str], until: dt.datetime) -> str:
    """Return the models and their parameters as the section of a job file that `read_params` reads.

    ``until`` is the date at which the search knew its last label.
    """
    import tomlkit

    document = tomlkit.document()
    for remark in remarks:
        document.add(tomlkit.comment(remark))
    own = {model: {name: _plain(v) for name, v in values.items()} for model, values in parameters.items()}
    document.add(SECTION, tomlkit.item({MODELS: list(parameters), SET: own}))
    document.add(SEARCH, tomlkit.item({UNTIL: until.isoformat()}))
    return tomlkit.dumps(document)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return (
        value
        if isinstance(value, bool | int | float)
        else str(value).lower()
        if value is None
        else str(value)
    )


def searched_until(file: str) -> dt.datetime | None:
    """Return the date (naive UTC) at which the search behind a file knew its last label; None without it."""
    search = read_toml(file, "PARAMS-SYNTAX")[1].get(SEARCH, {})
    try:
        return dt.datetime.fromisoformat(search[UNTIL]).replace(tzinfo=None)
    except (KeyError, TypeError, ValueError):
        return None


def read_params(file: str, named: tuple[str, ...] | None) -> tuple[tuple[str, ...], list[str]]:
    """Return the models in a file and their parameters as they are typed after ``--set``.

    ``named`` are the models of the command line or the job file, which decide; None leaves them to the file.
    Raises ConfigError for anything else in the file, and for code that it names and the user did not;
    UsageError for parameters of a model that is not fitted.
    """
    where, document = read_toml(file, "PARAMS-SYNTAX")
    section = document.get(SECTION)
    if not isinstance(section, dict) or {*document} - {SECTION, SEARCH} or {*section} - {MODELS, SET}:
        raise ConfigError(
            "PARAMS-SYNTAX", f"{where}: must hold [fit] models and [fit.set.MODEL], nothing else"
        )
    texts = list(parameter_texts(where, section.get(SET, {})))
    models = section.get(MODELS, list(dict(section.get(SET, {}))))
    if not isinstance(models, list) or not models or not all(isinstance(name, str) for name in models):
        raise ConfigError("PARAMS-SYNTAX", f"{where}: [fit] models must be a list of names")
    refuse_code_of_file(where, [*models, *section.get(SET, {})], texts, named or ())
    fitted = named or tuple(models)
    for text in texts:
        owner = split_owner(text.partition("=")[0])[0]
        if owner not in fitted:
            names = ", ".join(fitted)
            raise UsageError(
                "OPTION-VALUE",
                f"--params {where}: {brief(owner)}.… must be for a model that is fitted: {names}",
            )
    return fitted, texts
