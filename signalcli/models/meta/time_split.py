"""The later rows of a training part, which judge what was learnt from the earlier ones."""

from __future__ import annotations

LEARNT_FROM = 0.75  # of the training rows; the rest, which is later, judges


def earlier_and_later(rows: int, overlap: int) -> tuple[int, int]:
    """How many of the first rows are learnt from, and where the later ones begin.

    ``overlap`` rows between them are left out, because their labels reach into the later ones.
    """
    cut = int(rows * LEARNT_FROM)
    return max(cut - overlap, 0), cut
