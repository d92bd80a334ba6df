"""statsmodels, which does the statistics and is an optional part."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from signalcli.config.statistics import PLAIN
from signalcli.errors import UsageError


def load_statsmodels(sections: str) -> None:
    """Import what these sections need, once and before threads are counted. Raises UsageError without it."""
    try:
        import statsmodels.tsa.stattools  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "INSPECT-EXTRA",
            f"--section {sections} needs statsmodels: pip install 'signalcli[inspect]'; "
            f"--section {','.join(PLAIN)} needs nothing",
        ) from error


@contextmanager
def without_words() -> Iterator[None]:
    """Keep it from talking about the ends of its tables, which the meanings tell, and about its future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
