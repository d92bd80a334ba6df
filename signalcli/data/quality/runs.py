"""How long a stretch of quiet bars may be by chance, in a market where single quiet bars are usual."""

from __future__ import annotations

import math

import numpy as np

RARE = 1e-5  # expected number of longer stretches in a file
_USUAL = 0.5  # share of quiet bars from which quiet is the rule
_DOUBT = 20  # stretches that are assumed to have ended, so that a few tell nothing


def longest_by_chance(lengths: np.ndarray, least: int, bars: int) -> int:
    """Return the longest stretch that chance explains, at least ``least``.

    lengths : lengths of all stretches of quiet bars; bars : number of bars.

    Only stretches up to ``least`` say how often a quiet bar follows another, because longer ones may be
    faults: the number of those of length k + 1 over that of length k, as in a geometric distribution. Where
    most bars are quiet, their share says it.
    """
    numbers = np.bincount(lengths[lengths <= max(least, 4)], minlength=6)
    first = int(np.argmax(numbers > 0))
    known = numbers[first : max(least, 4) + 1]
    share = lengths.sum() / bars
    again = max(known[1:].sum() / (known[:-1].sum() + _DOUBT), share if share > _USUAL else 0.0)
    if again <= 0:
        return least
    return max(least, math.ceil(math.log(RARE / bars) / math.log(min(again, 0.99))))
