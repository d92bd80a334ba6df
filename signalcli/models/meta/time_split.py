"""Split of training rows in time order, for what is fitted to a model's out-of-sample probabilities."""

from __future__ import annotations

TRAIN_SHARE = 0.75


def time_ordered_split(rows: int, overlap: int) -> tuple[int, int]:
    """End of the earlier part and start of the later one, as row numbers.

    ``overlap`` rows between them are left out, because their labels reach into the later part.
    """
    start = int(rows * TRAIN_SHARE)
    return max(start - overlap, 0), start
