"""A report as data: HTML and Markdown are written from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from signalcli.report.figures.axes import percent
from signalcli.report.figures.picture import Picture
from signalcli.report.fixed import fixed
from signalcli.report.results import short_name


class Cell(NamedTuple):
    """One cell of a table: its text, what it is sorted by, and its color from -1 (loss) to 1 (gain)."""

    text: str
    key: float | None = None
    tone: float = 0.0

    @property
    def is_number(self) -> bool:
        """Whether it holds a number, which is aligned to the right."""
        return self.key is not None or self.text == UNKNOWN


@dataclass(frozen=True)
class Table:
    """A table; ``folded`` ones are opened by the reader, ``brief`` ones stand in a short report as well."""

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False
    brief: bool = False
    sortable: bool = True

    @property
    def numeric(self) -> list[bool]:
        """Whether each column holds numbers, which are aligned to the right."""
        return [any(row[k].is_number for row in self.rows) for k in range(len(self.columns))]


@dataclass(frozen=True)
class Figure:
    """A picture and the table with its values."""

    picture: Picture
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, figures and tables."""

    name: str
    title: str
    text: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report: title, headline, the verdict in a sentence, whether there is an edge, facts, sections."""

    title: str
    headline: str
    verdict: str
    edge: bool
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())


UNKNOWN = "n/a"


def name(text: object) -> Cell:
    """A name, foreign or not."""
    return Cell(short_name(str(text)))


def number(value: float, digits: int = 3) -> Cell:
    """A number with this many decimals."""
    return Cell(fixed(value, digits, ",").replace("-", "−"), value) if _known(value) else Cell(UNKNOWN)


def whole(value: float) -> Cell:
    """A count."""
    return number(value, 0)


def fraction(value: float, digits: int = 1) -> Cell:
    """A fraction in percent."""
    return Cell(percent(value, digits), value) if _known(value) else Cell(UNKNOWN)


def tinted(value: float, full: float) -> Cell:
    """A return in percent without its sign, colored by its size; ``full`` has the strongest color."""
    if not _known(value):
        return Cell("", math.nan)
    return Cell(fixed(100 * value, 1).replace("-", "−"), value, max(min(value / full, 1.0), -1.0))


def interval(value: float, low: float, high: float, digits: int = 1) -> Cell:
    """A fraction in percent with its interval."""
    if not (_known(low) and _known(high)):
        return fraction(value, digits)
    span = f"{100 * low:z.{digits}f} – {100 * high:z.{digits}f}"
    return Cell(f"{percent(value, digits)} ({span})", value)


def moment(date: object) -> Cell:
    """A date, or date and time; empty where there is none."""
    text = str(date)
    return Cell("" if text == "NaT" else text.removesuffix(" 00:00:00")[:16])


def texts(rows: Iterable[Iterable[object]]) -> list[list[Cell]]:
    """Rows of plain text."""
    return [[Cell(str(value)) for value in row] for row in rows]


def _known(value: float) -> bool:
    return value is not None and math.isfinite(value)
