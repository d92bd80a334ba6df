"""Probability of backtest overfitting by combinatorially symmetric cross-validation."""

import math
from itertools import combinations

import numpy as np

BLOCKS = 16
ROUNDING = 1e-12  # Sharpe ratios that differ by less are equal; relative: a smaller variance is none


def pbo(net: np.ndarray, blocks: int = BLOCKS) -> float:
    """Share of splits in which the best configuration in sample is at or below the median out of sample.

    Parameters
    ----------
    net : (n_bars, n_configurations)
        Net returns of all configurations that were tried, on the same bars; at least two.
    blocks : int
        Even number of blocks of bars of equal length; each half of them is in sample in one split.

    Notes
    -----
    About .5 when the choice is noise, near 0 when one configuration is truly better; NaN when all are equal.
    Equal Sharpe ratios have their mean rank. Bars at the beginning that do not fill a block are left out.
    Source: Bailey, Borwein, López de Prado and Zhu (2015).
    """
    if blocks % 2 or blocks < 2:
        raise ValueError(f"blocks {blocks}: must be an even number of at least 2")
    if net.ndim != 2 or net.shape[1] < 2 or len(net) < 2 * blocks:
        raise ValueError(f"net {net.shape}: needs at least {2 * blocks} bars of at least 2 configurations")
    if not np.ptp(net, axis=1).any():
        return math.nan
    length = len(net) // blocks
    parts = net[len(net) - blocks * length :].reshape(blocks, length, -1)
    sums, squares = parts.sum(axis=1), (parts**2).sum(axis=1)
    inside = np.array([np.isin(np.arange(blocks), c) for c in combinations(range(blocks), blocks // 2)])
    half = length * blocks // 2
    in_sample = _sharpe(inside @ sums, inside @ squares, half)
    out_of_sample = _sharpe(~inside @ sums, ~inside @ squares, half)
    best = np.argmax(in_sample, axis=1)[:, np.newaxis]
    rank = _mean_rank(out_of_sample, np.take_along_axis(out_of_sample, best, axis=1))
    return float(np.mean(rank <= (net.shape[1] + 1) / 2))


def _mean_rank(scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rank from 1 of the chosen score (n_splits, 1) in its split; equal scores have their mean rank."""
    equal = np.abs(scores - chosen) <= ROUNDING
    return ((scores < chosen) & ~equal).sum(axis=1) + (equal.sum(axis=1) + 1) / 2


def _sharpe(total: np.ndarray, square: np.ndarray, n: int) -> np.ndarray:
    """Sharpe ratios per bar from sums and sums of squares; 0 where returns do not vary."""
    mean = total / n
    variance = square / n - mean**2
    varies = variance > ROUNDING * square / n
    return np.where(varies, mean / np.sqrt(np.where(varies, variance, 1.0)), 0.0)
