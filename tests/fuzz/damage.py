"""Damaged files that are no tables: manifests that are sealed again, and ledgers with odd cells."""

from __future__ import annotations

import copy
import random
import sqlite3
from typing import Any

from saved_models import sealed
from tests.fuzz.values import WORDS

PLAIN: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    10**25,
    0.5,
    1e308,
    float("nan"),
    float("inf"),
    [],
    {},
    ["a"],
]


def value(rng: random.Random) -> Any:
    """Return an odd value of JSON."""
    return rng.choice(PLAIN) if rng.random() < 0.5 else rng.choice(WORDS)


def damaged_manifest(manifest: dict[str, Any], rng: random.Random) -> bytes:
    """Return a manifest with one entry replaced, left out or added, sealed again."""
    changed = copy.deepcopy(manifest)
    place: Any = changed
    while True:
        key = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
        inner = place[key]
        if not (isinstance(inner, dict | list) and inner and rng.random() < 0.7):
            break
        place = inner
    if isinstance(place, dict) and rng.random() < 0.2:
        place.pop(key)
    else:
        place[key] = value(rng)
    return sealed(changed)


def damaged_ledger(ledger: bytes, rng: random.Random) -> bytes:
    """Return a ledger with an odd cell, or with other bytes."""
    if rng.random() < 0.2:
        at = rng.randrange(len(ledger))
        return (
            ledger[:at] + rng.choice([b"", b"\x00" * 50, b"\xff" * 5000]) + ledger[at + rng.choice([0, 50]) :]
        )
    with sqlite3.connect(":memory:") as database:
        database.deserialize(ledger)
        table = rng.choice(["fits", "fits", "fits", "datasets", "markets"])
        columns = database.execute("SELECT name FROM pragma_table_info(?) WHERE NOT pk", (table,))
        column = rng.choice([name for (name,) in columns])
        odd = rng.choice(
            [None, 0, -1, 2**62, 1e308, "", "{", "[]", "{}", "\x1b[2J", b"\xff\x00", rng.choice(WORDS)]
        )
        database.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (odd,))  # noqa: S608 (of the schema)
        database.commit()
        return database.serialize()
