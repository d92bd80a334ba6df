"""Test of the timing of positions: whether the same positions would earn as much at other times."""

import math

import numpy as np

ROUNDING = 1e-12  # relative to the largest possible sum; closer sums count as equal


def shift_p(position: np.ndarray, earned: np.ndarray) -> float:
    """p-value of the timing of positions, one-sided: share of rotations in time that earn as much.

    position (n,), earned (n,): return of a position of 1 decided at each close, before costs. All n rotations
    of the positions against the returns count, the original included. A rotation preserves how long positions
    last, how returns depend on each other, and turnover, so costs at a constant rate. Rotations form a group,
    so under independence the p-value is uniform on 1/n … 1. NaN when positions or returns are constant.
    """
    n = len(position)
    if n < 2 or np.ptp(position) == 0 or np.ptp(earned) == 0:
        return math.nan
    sums = np.fft.irfft(np.fft.rfft(earned) * np.conj(np.fft.rfft(position)), n)
    close = ROUNDING * float(np.abs(position).sum() * np.abs(earned).max())
    return float(np.mean(sums >= sums[0] - close))
