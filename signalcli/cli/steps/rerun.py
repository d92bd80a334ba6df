"""What ``runs verify`` repeats a run from, and how it reports a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from signalcli.cli.inputs import fetch_bars
from signalcli.cli.steps.universe import within
from signalcli.config.fetch import FetchConfig
from signalcli.config.universe import UniverseConfig
from signalcli.errors import CheckFailedError, ConfigError, NoInputError, UsageError, printable
from signalcli.io.files import STDIO
from signalcli.tracking.recipe import Recipe, from_text, json_object

if TYPE_CHECKING:
    import pandas as pd


def recipe_of(entry: dict[str, Any]) -> Recipe:
    """Return the settings of a run.

    Raises UsageError for an entry of a version that did not record them, and for a search; ConfigError for a
    damaged one.
    """
    if not entry.get("recipe"):
        raise UsageError("LEDGER-OLD", f"run {entry['run']} is older than recorded settings; run it again")
    try:
        recipe = from_text(entry["recipe"])
    except ConfigError as error:
        raise ConfigError(error.code, f"run {printable(entry['run'])}: {error.message}") from error
    if recipe.search is not None:
        text = f"run {entry['run']} is a search; repeat it with signalcli tune and the same options"
        raise UsageError("LEDGER-SEARCH", text)
    return recipe


def refuse_own_models(recipe: Recipe, named: tuple[str, ...]) -> None:
    """Raise ConfigError for a model or a source of one's own in the run that ``named`` does not list."""
    from signalcli.config.services import is_own
    from signalcli.models.registry import OWN, resolve_members

    members = [
        m for own in recipe.fit.settings.values() if "members" in own for m in resolve_members(own["members"])
    ]
    sources = [name for name in (recipe.fetch.services if recipe.fetch else ()) if is_own(name)]
    asked = [*(name for name in (*recipe.fit.models, *members) if ":" in name), *sources]
    replace(OWN, flag="--plugin").refuse_unnamed("this run", asked, named)


def features_of(
    recipe: Recipe, symbols: set[str], table: str | None, store: str | None, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return FEATURES of the run's symbols: from a table, or from bars of a table, a store, or the source.

    Raises ConfigError for a plug-in of the run that is not among ``plugins``.
    """
    from signalcli.schemas import FEATURES, check

    rows = _read(table) if table is not None else _fetch(recipe, symbols, store)
    own = rows[rows["symbol"].isin(symbols)]
    if not len(own):
        raise NoInputError("RUN-SYMBOLS", f"no rows of {', '.join(map(printable, sorted(symbols)))}")
    own = within(own, UniverseConfig(recipe.universe))
    if "direction" in rows:
        return check(own, FEATURES, printable(table or STDIO))
    if recipe.features is None:
        raise UsageError("RUN-FEATURES", "this run began with FEATURES, not with bars: name that table")
    from signalcli.features.build import build
    from signalcli.features.plugins import PLUGINS

    PLUGINS.refuse_unnamed("this run", recipe.features.plugins, plugins)
    return build(own, recipe.features)


def _read(file: str) -> pd.DataFrame:
    """Return BARS, or FEATURES, which contain them."""
    from signalcli.io.tables import read_table
    from signalcli.schemas import BARS

    return read_table(file, BARS)


def _fetch(recipe: Recipe, symbols: set[str], store: str | None) -> pd.DataFrame:
    reading = recipe.fetch if store is None else replace(recipe.fetch or FetchConfig(), store=store)
    if reading is None or (reading.source == STDIO and reading.store is None):
        raise UsageError("INPUT-NONE", "this run read a table: name it, or - to pipe it in")
    wanted = recipe.symbols if store is None else tuple(sorted(symbols))
    return fetch_bars(list(wanted), reading).bars


def check_same(entry: dict[str, Any], last: dict[str, Any]) -> None:
    """Raise CheckFailedError naming the stage that differs, if the last one does, and other versions."""
    if not last["different"]:
        return
    from signalcli.tracking.entries import library_versions

    then, now = json_object(entry["versions"]), library_versions()
    other = [f"{name} {then.get(name)} then, {now[name]} now" for name in now if then.get(name) != now[name]]
    raise CheckFailedError(
        "RUN-DIFFERS",
        f"run {entry['run']}: {last['stage']} differ first, in {last['different']} of {last['fits']} fits, "
        f"such as {printable(last['first'])}" + (f"; {'; '.join(other)}" if other else ""),
    )
