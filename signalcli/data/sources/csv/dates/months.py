"""Month names by language as numbers: ``May 31, 2023``, ``31-maj-2023``, ``31. Mai 2023``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.header.names import fold

# Twelve stems a language; a name begins with its stem, or is its beginning (at least three letters).
STEMS: dict[str, tuple[str, ...]] = {
    "en": (
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ),
    "de": (
        "januar janner jaenner", "februar", "marz maerz mrz", "april", "mai", "juni", "juli", "august",
        "september", "oktober", "november", "dezember",
    ),
    "fr": (
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet juil", "aout", "septembre",
        "octobre", "novembre", "decembre",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre",
        "octubre", "noviembre", "diciembre",
    ),
    "it": (
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
        "ottobre", "novembre", "dicembre",
    ),
    "pt": (
        "janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
        "novembro", "dezembro",
    ),
    "nl": (
        "januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
    ),
    "pl": (
        "styczen stycznia", "luty lutego lut", "marzec marca", "kwiecien kwietnia", "maj maja",
        "czerwiec czerwca", "lipiec lipca", "sierpien sierpnia", "wrzesien wrzesnia", "pazdziernik",
        "listopad", "grudzien grudnia",
    ),
    "cs": (
        "leden ledna led", "unor", "brezen brezna", "duben dubna", "kveten kvetna", "cerven cervna cvn",
        "cervenec cervence cvc", "srpen srpna", "zari", "rijen rijna", "listopad", "prosinec prosince",
    ),
    "hu": (
        "januar", "februar", "marcius", "aprilis", "majus", "junius", "julius", "augusztus", "szeptember",
        "oktober", "november", "december",
    ),
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
        "november", "december",
    ),
    "tr": (
        "ocak", "subat", "mart", "nisan", "mayis", "haziran", "temmuz", "agustos", "eylul", "ekim", "kasim",
        "aralik",
    ),
    "ru": (
        "январь января янв", "февраль февраля", "март марта", "апрель апреля", "май мая мая", "июнь июня",
        "июль июля", "август августа", "сентябрь сентября", "октябрь октября", "ноябрь ноября",
        "декабрь декабря",
    ),
}  # fmt: skip
_WORD = r"[^\W\d_]+"
_YEAR = r"'?(?P<year>\d{4}|\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{_WORD})\.?"
_REST = r"(?P<rest>(?:[T ,].*)?)$"
_DAY_FIRST = rf"^{_DAY}[-/.,\s]*(?:de\s+)?{_MONTH}[-/.,\s]*(?:de\s+)?{_YEAR}{_REST}"
_MONTH_FIRST = rf"^{_MONTH}[-/.,\s]*{_DAY}[-/.,\s]+{_YEAR}{_REST}"
_YEAR_FIRST = rf"^(?P<year>\d{{4}})[-/.,\s]*{_MONTH}[-/.,\s]*(?P<day>\d{{1,2}})\.?{_REST}"
_NO_DAY = rf"^(?P<day>){_MONTH}[-/.,'\s]*(?P<year>\d{{4}})(?P<rest>)$"
_SHAPES = (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _NO_DAY)


def numbered_months(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts with a month name as ``2023-05-31`` and what follows; others as they are."""
    for shape in _SHAPES:
        parts = texts.str.extract(shape)
        found = parts["month"].notna()
        if found.any():
            numbers = _numbers(frozenset(parts.loc[found, "month"]))
            if numbers:
                return texts.where(~found, _joined(parts, numbers))
    return texts


def _joined(parts: pd.DataFrame, numbers: dict[str, str]) -> pd.Series[Any]:
    year = parts["year"].where(parts["year"].str.len() != 2, _century(parts["year"]))
    day = parts["day"].replace("", "01").str.zfill(2)
    return year + "-" + parts["month"].map(numbers) + "-" + day + parts["rest"].fillna("")


def _century(years: pd.Series[Any]) -> pd.Series[Any]:
    """Return two-digit years as strptime reads them: 69 is 1969, 68 is 2068."""
    return years.map(lambda y: y if not isinstance(y, str) else ("19" if y >= "69" else "20") + y)


def _numbers(words: frozenset[str]) -> dict[str, str]:
    """Return the number of each month name, in the first language that knows all of them; else nothing."""
    for language in STEMS:
        numbers = {word: _month(fold(word), language) for word in words}
        if all(numbers.values()):
            return {word: f"{number:02d}" for word, number in numbers.items()}
    return {}


@lru_cache(maxsize=1024)
def _month(word: str, language: str) -> int:
    """Return the month that a word names in a language, 0 if none or several; a whole stem comes first."""
    stems = [(stem, month) for month, names in enumerate(STEMS[language], 1) for stem in names.split()]
    if exact := {month for stem, month in stems if stem == word}:
        return min(exact)
    begun = {month for stem, month in stems if len(word) >= 3 and stem.startswith(word)}
    return begun.pop() if len(begun) == 1 else 0
