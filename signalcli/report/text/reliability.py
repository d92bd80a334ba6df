"""A reliability diagram as text: one line a bin, probability from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from signalcli.errors import printable
from signalcli.schemas import PATH

if TYPE_CHECKING:
    import pandas as pd

SAID, CAME, BOTH, BETWEEN = "│", "●", "◉", "─"
NAMES = {1: "up", 0: "flat", -1: "down"}


def reliability_text(table: pd.DataFrame, width: int = 60) -> str:
    """A picture of `reliability_table`, model by model: what came, with its interval, and what was said."""
    keys = [c for c in ("symbol", "model", PATH, "direction") if c in table]
    parts = [
        "".join(_lines(" ".join(map(printable, named[:-1])), NAMES[named[-1]], rows, width))
        for named, rows in table.groupby(keys, sort=False)
    ]
    return "\n".join([*parts, f"{CAME} came, with its 95 % interval  {SAID} said  {BOTH} both\n"])


def _lines(name: str, direction: str, rows: pd.DataFrame, width: int) -> Iterator[str]:
    low = min(rows["share_low"].min(), rows["mean_p"].min())
    high = max(rows["share_high"].max(), rows["mean_p"].max())
    scale = f"{low:.3f}{f'{high:.3f}':>{width - 5}}"
    yield f"{name}: {direction}\n{'said':>6} {'came':>6} {'rows':>7}  {scale}\n"
    for row in rows.to_dict("records"):
        yield f"{row['mean_p']:6.3f} {row['share']:6.3f} {row['rows']:7,}  {_line(row, low, high, width)}\n"


def _line(row: dict[Any, Any], low: float, high: float, width: int) -> str:
    """One bin: the interval of the share, the share in it, and what was said."""

    def at(value: float) -> int:
        return round((value - low) / ((high - low) or 1.0) * (width - 1))

    cells = [" "] * width
    first, last = at(row["share_low"]), at(row["share_high"])
    cells[first : last + 1] = BETWEEN * (last + 1 - first)
    cells[at(row["mean_p"])] = SAID
    came = at(row["share"])
    cells[came] = BOTH if cells[came] == SAID else CAME
    return "".join(cells).rstrip()
