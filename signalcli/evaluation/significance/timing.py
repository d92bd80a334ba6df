"""Whether positions stood where the returns were, or would have earned as much anywhere."""

import numpy as np

NAN = float("nan")
ROUNDING = 1e-12  # of the largest sum that could be: sums closer than this are equal


def shift_p(position: np.ndarray, earned: np.ndarray) -> float:
    """Chance that the positions, moved in time, earn as much: the p-value of their timing, one-sided.

    position (n,), earned (n,): what a position of 1 decided at a bar's close earned, before costs. Every one
    of the n rotations of the positions against the returns is counted, itself included. A rotation keeps how
    long positions last and how returns hang together, and leaves turnover, and so costs at a constant rate,
    as they are. Rotations form a group, so under independence the p-value is uniform on 1/n … 1. NaN when the
    positions or the returns are all the same.
    """
    n = len(position)
    if n < 2 or np.ptp(position) == 0 or np.ptp(earned) == 0:
        return NAN
    sums = np.fft.irfft(np.fft.rfft(earned) * np.conj(np.fft.rfft(position)), n)
    close = ROUNDING * float(np.abs(position).sum() * np.abs(earned).max())
    return float(np.mean(sums >= sums[0] - close))
