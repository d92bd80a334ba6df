"""Bars with blanks, rare marks or rules between their cells, and names that do not stand above all cells."""

from __future__ import annotations

from collections.abc import Sequence

from bar_brands import clock
from bar_layouts import BIG, DAILY, MINUTE, Layout, grouped, number, rows, text

TITLES = ["Date", "Open", "High", "Low", "Close", "Volume"]
PLAIN = rows(DAILY, "%Y-%m-%d")
FRAME = DAILY.set_axis(TITLES, axis=1)
INDEXED = FRAME.set_index("Date")


def fixed(lines: Sequence[Sequence[str]], width: int = 14) -> bytes:
    """Cells at the right of columns of a fixed width."""
    return "\n".join("".join(cell.rjust(width) for cell in line) for line in lines).encode()


def marked(mark: str) -> Layout:
    """A table with a mark between its cells."""
    return Layout(text(PLAIN, mark, mark.join(TITLES)), DAILY)


def ruled(rule: str, left: str = "| ", right: str = " |") -> bytes:
    """A table between rules, as a database prints it."""
    body = [f"{left}{' | '.join(line)}{right}" for line in [TITLES, *PLAIN]]
    return "\n".join([rule, body[0], rule, *body[1:], rule]).encode()


BLANKS: dict[str, Layout] = {
    "pandas print": Layout(INDEXED.to_string().encode(), DAILY),
    "pandas print, index without a name": Layout(INDEXED.rename_axis(None).to_string().encode(), DAILY),
    "pandas print, counter": Layout(FRAME.to_string().encode(), DAILY),
    "pandas print, no index": Layout(FRAME.to_string(index=False).encode(), DAILY),
    "pandas print, intraday": Layout(MINUTE.set_axis(TITLES, axis=1).to_string().encode(), MINUTE),
    "single blanks without a header": Layout("\n".join(map(" ".join, PLAIN)).encode(), DAILY),
    "fixed width without a header": Layout(fixed(rows(DAILY, "%Y%m%d")), DAILY),
    "fixed width": Layout(fixed([TITLES, *PLAIN]), DAILY),
    "fixed width, date and time": Layout(
        fixed([["Date", "Time", *TITLES[1:]], *clock(MINUTE, "%Y-%m-%d", "%H:%M")]), MINUTE
    ),
    "fixed width, time without a name": Layout(fixed([TITLES, *rows(MINUTE, "%Y-%m-%d %H:%M")], 18), MINUTE),
    "fixed width, time, no header": Layout(fixed(clock(MINUTE, "%Y-%m-%d", "%H:%M:%S")), MINUTE),
    "fixed width, symbol": Layout(
        fixed([["Ticker", *TITLES], *(["ZQX", *line] for line in PLAIN)]), {"ZQX": DAILY}
    ),
    "fixed width, thousands": Layout(fixed([TITLES, *rows(BIG, "%m/%d/%Y", show=grouped)]), BIG),
    "fixed width, decimal comma": Layout(
        fixed([TITLES, *rows(DAILY, "%d.%m.%Y", show=lambda v: number(v).replace(".", ","))]), DAILY
    ),
    "R print": Layout(
        "\n".join(
            [
                "          Date  Open  High   Low Close  Volume",
                *(f"{i + 1:<3} {'  '.join(line)}" for i, line in enumerate(PLAIN)),
            ]
        ).encode(),
        DAILY,
    ),
    "R table with row names": Layout(
        "\n".join(
            [
                '"Open" "High" "Low" "Close" "Volume"',
                *(f'"{line[0]}" {" ".join(line[1:])}' for line in PLAIN),
            ]
        ).encode(),
        DAILY,
    ),
    "xts print": Layout(
        "\n".join(
            [
                "           ZQX.Open ZQX.High ZQX.Low ZQX.Close ZQX.Volume",
                *("   ".join(line) for line in PLAIN),
            ]
        ).encode(),
        {"ZQX": DAILY},
    ),
    "commas, index without a name": Layout(text(PLAIN, ",", ",".join(TITLES[1:])), DAILY),
    "tabs, index without a name": Layout(text(PLAIN, "\t", "\t".join(TITLES[1:])), DAILY),
    "two tabs": marked("\t\t"),
    "bars of text": marked("|"),
    "bars of text without a header": Layout(text(PLAIN, "|"), DAILY),
    "markdown": Layout(ruled("|" + "---|" * 6).split(b"\n", 1)[1], DAILY, 1),
    "rules": Layout(ruled("+" + ("-" * 10 + "+") * 6), DAILY, 1),
    "org": Layout(ruled("|" + "+".join(["---"] * 6) + "|").split(b"\n", 1)[1], DAILY, 1),
    "polars print": Layout(
        "\n".join(
            [
                "shape: (70, 6)",
                *(f"│ {' ┆ '.join(line)} │" for line in [TITLES, ["---"] * 6, ["str", *["f64"] * 5], *PLAIN]),
            ]
        ).encode(),
        DAILY,
        1,
    ),
    "tilde without a header": Layout(text(PLAIN, "~"), DAILY),
} | {f"mark {mark!r}": marked(mark) for mark in "~^:#/!\x1f¦"}
