"""Columns that the user names, and the flag that would name those that were not recognized."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NoReturn

from signalcli.data.sources.csv.header.fields import FIELDS, Fields
from signalcli.data.sources.csv.header.names import normalize
from signalcli.data.sources.csv.header.other_tables import name_other_table, single_price
from signalcli.errors import DataError, nearest, printable, shortened
from signalcli.schemas import PRICES


def hinted_fields(names: Sequence[str], columns: dict[str, str], where: str) -> Fields:
    """Return the positions of the columns that ``--columns`` names. Raises DataError for an unknown one."""
    return {field: _position(names, field, column, where) for field, column in columns.items()}


def names_columns(names: Sequence[str], columns: dict[str, str]) -> bool:
    """Return whether a row has all of these names; a position needs none."""
    keys = {normalize(name) for name in names}
    return all(normalize(c) in keys or c.isdigit() for c in columns.values()) and not all(
        c.isdigit() for c in columns.values()
    )


def _position(names: Sequence[str], field: str, column: str, where: str) -> int:
    stripped = [name.strip() for name in names]
    if column in stripped:
        return stripped.index(column)
    keys = [normalize(name) for name in names]
    if normalize(column) in keys:
        return keys.index(normalize(column))
    if column.isdigit() and 1 <= int(column) <= len(names):
        return int(column) - 1
    near = printable(nearest(column, [name for name in stripped if name]))
    text = f"{where}: --columns {field}={printable(column)}: no such column; did you mean {near}?"
    raise DataError("BARS-COLUMNS", text)


def missing_fields(fields: Fields) -> list[str]:
    """Return the fields without which there is no bar."""
    return sorted({"date", "open", "high", "low", "close"} - set(fields))


def refuse_missing(names: Sequence[str], known: Fields, guess: Fields | None, place: str) -> None:
    """Raise DataError when the date or a price has no column, with the flag that names it."""
    missing = missing_fields(known)
    if missing:
        text = name_other_table(names, known) or _refusal(names, known, guess, missing)
        raise DataError("BARS-COLUMNS", f"{place}: {text}")


def _refusal(names: Sequence[str], known: Fields, guess: Fields | None, missing: list[str]) -> str:
    listed = shortened([name.strip() for name in names], 30)
    text = f"no column for {', '.join(missing)} among {listed}"
    price = single_price(names, known) if guess is None else None
    if price is not None:
        flag = flag_text(names, dict.fromkeys(PRICES, price))
        return f"{text}; use --columns {flag} to take one price for all four"
    return f"{text}; {_advice(names, known, guess, missing)}"


def refuse_bare(fields: Fields, place: str) -> NoReturn:
    """Raise DataError for a file without a header whose values do not show what its columns are."""
    text = f"{place}: no header line, and the values do not show what the columns are"
    raise DataError("BARS-COLUMNS", f"{text}; use --no-header --columns {flag_text((), fields)}")


def _advice(names: Sequence[str], known: Fields, guess: Fields | None, missing: list[str]) -> str:
    """Return the flag that names what is missing as far as it is guessed, else its form."""
    if (
        guess is None
        or missing_fields(known | guess)
        or any(guess.get(f, i) != i for f, i in known.items() if f in PRICES)
    ):
        return "name what is missing with --columns " + ",".join(f"{field}=NAME" for field in missing)
    wanted = {f: guess[f] for f in FIELDS if f in guess and f not in known}
    return f"use --columns {flag_text(names, wanted)}"


def flag_text(names: Sequence[str], fields: Fields) -> str:
    """Return fields as ``--columns`` wants them, quoted for a shell; an awkward name by its position."""
    return shlex.quote(",".join(f"{field}={_typed(names, i)}" for field, i in fields.items()))


def _typed(names: Sequence[str], i: int) -> str:
    name = names[i].strip() if i < len(names) else ""
    plain = name.isprintable() and not set(name) & set(",'\"=") and not name.isdigit()
    return name if plain and name and [n.strip() for n in names].count(name) == 1 else str(i + 1)
