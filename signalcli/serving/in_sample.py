"""Signals that a saved model gives for what it was trained on: they are no forecasts."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd

from signalcli.errors import count
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.promotion.history import read_kept


def in_sample_signals(signals: pd.DataFrame, bundles: Sequence[Bundle]) -> list[str]:
    """One line that counts the signals on rows that their model was trained on; none without one.

    signals : SIGNALS of the models as they are now.
    """
    of_models = ((b, b.manifest.trained_date("last")) for b in bundles)
    found = [(int((_of(b, signals)["date"] <= last).sum()), last) for b, last in of_models]
    what = "are of bars that the model was trained on"
    return _line(found, len(signals), what, "they are no forecasts, and their scores mean nothing")


def in_sample_outcomes(predictions: pd.DataFrame, bundles: Sequence[Bundle]) -> list[str]:
    """One line that counts the signals whose outcome every version of their model was trained on.

    predictions : PREDICTIONS made of signals. A signal that an earlier version gave may be older than what
    the model knows now, so the first version in its history decides.
    """
    of_models = ((b, _first_known(b)) for b in bundles)
    found = [(int((_forecasts(b, predictions)["label_end"] <= known).sum()), known) for b, known in of_models]
    what = "are judged by outcomes that the model was trained on"
    return _line(found, int(predictions["p_up"].notna().sum()), what, "their metrics are not out of sample")


def _line(found: list[tuple[int, dt.datetime]], total: int, what: str, so: str) -> list[str]:
    number, until = sum(n for n, _ in found), max((date for n, date in found if n), default=None)
    if until is None:
        return []
    return [f"{number:,} of {count(total, 'signal')} {what} (until {until:%Y-%m-%d}): {so}"]


def _of(bundle: Bundle, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a model: of its symbol, or of every symbol of a pooled one."""
    manifest = bundle.manifest
    own = table["model"] == manifest.model
    return table[own if manifest.symbol is None else own & (table["symbol"] == manifest.symbol)]


def _forecasts(bundle: Bundle, predictions: pd.DataFrame) -> pd.DataFrame:
    rows = _of(bundle, predictions)
    return rows[rows["p_up"].notna()]


def _first_known(bundle: Bundle) -> dt.datetime:
    """Date at which the last training label of the first version that is remembered was known, naive UTC."""
    return min([bundle.manifest.last_label_date, *_known(bundle)])


def _known(bundle: Bundle) -> Iterator[dt.datetime]:
    """The same date of each version in the history; a line without one is passed over."""
    for line in read_kept(bundle.folder).promotions:
        with contextlib.suppress(TypeError, ValueError):
            yield dt.datetime.fromisoformat(line.get("known", "")).replace(tzinfo=None)
