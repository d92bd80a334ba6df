"""Saved models as verbs load them: a warning says when others may change one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import console

if TYPE_CHECKING:
    from signalcli.serving.bundle.load import Bundle


def load_models(folder: str, trust: tuple[str, ...] = ()) -> list[Bundle]:
    """Return the models in a folder, which may run the code in ``trust``; warn when others may write them."""
    from signalcli.serving.bundle.load import load_all

    bundles = load_all(Path(folder), trust)
    warn_of_writers(folder, bundles)
    return bundles


def warn_of_writers(folder: str, bundles: list[Bundle]) -> None:
    """Warn in one line of models that other users may write."""
    from signalcli.serving.bundle.writers import other_writers

    places = dict.fromkeys([Path(folder), *(bundle.folder for bundle in bundles)]) if bundles else {}
    texts = [text for text in map(other_writers, places) if text]
    if texts:
        console.warn(texts[0] + (f" ({len(texts)} such folders)" if len(texts) > 1 else ""))
