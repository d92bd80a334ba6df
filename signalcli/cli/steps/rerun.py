"""What ``runs verify`` does a run again from, and what it says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from signalcli.cli.verbs.fetch import fetched
from signalcli.config.fetch import FetchConfig
from signalcli.errors import CheckFailedError, NoInputError, UsageError, printable
from signalcli.io.files import STDIO
from signalcli.tracking.recipe import Recipe, from_text

if TYPE_CHECKING:
    import pandas as pd


def recipe_of(entry: dict[str, Any]) -> Recipe:
    """How a run was made. Raises UsageError for one of an older version, which did not keep it."""
    if not entry.get("recipe"):
        raise UsageError(
            "LEDGER-OLD", f"run {entry['run']} was made before the ledger kept how; run it again"
        )
    return from_text(entry["recipe"])


def features_of(recipe: Recipe, symbols: set[str], table: str | None, store: str | None) -> pd.DataFrame:
    """FEATURES of the run's symbols: as given, or made from bars that are given, stored, or fetched again."""
    from signalcli.schemas import FEATURES, check

    given = _table(table) if table is not None else _fetched(recipe, symbols, store)
    mine = given[given["symbol"].isin(symbols)]
    if not len(mine):
        raise NoInputError("RUN-SYMBOLS", f"no rows of {', '.join(map(printable, sorted(symbols)))}")
    if "direction" in given:
        return check(mine, FEATURES, printable(table or STDIO))
    if recipe.features is None:
        raise UsageError("RUN-FEATURES", "this run began with FEATURES, not with bars: name that table")
    from signalcli.features.build import build

    return build(mine, recipe.features)


def _table(file: str) -> pd.DataFrame:
    """BARS, or FEATURES, which hold them."""
    from signalcli.io.csv import read_table
    from signalcli.schemas import BARS

    return read_table(file, BARS)


def _fetched(recipe: Recipe, symbols: set[str], store: str | None) -> pd.DataFrame:
    reading = recipe.fetch if store is None else replace(recipe.fetch or FetchConfig(), store=store)
    if reading is None or (reading.source == STDIO and reading.store is None):
        raise UsageError("INPUT-NONE", "this run read a table: name it, or - to pipe it in")
    asked = recipe.symbols if store is None else tuple(sorted(symbols))
    return fetched(list(asked), reading).bars


def refuse_difference(entry: dict[str, Any], last: dict[str, Any]) -> None:
    """CheckFailedError that names the stage that differs, if the last one does, and other versions."""
    if not last["different"]:
        return
    from signalcli.tracking.entries import versions

    then, now = json.loads(entry["versions"]), versions()
    other = [f"{name} {then.get(name)} then, {now[name]} now" for name in now if then.get(name) != now[name]]
    raise CheckFailedError(
        "RUN-DIFFERS",
        f"run {entry['run']}: {last['stage']} differ first, in {last['different']} of {last['fits']} fits, "
        f"as {printable(last['first'])}" + (f"; {'; '.join(other)}" if other else ""),
    )
