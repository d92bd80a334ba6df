"""What each symbol is worth to a model at a date → its weight in the portfolio."""

from __future__ import annotations

import numpy as np

from signalcli.config.portfolio import PortfolioConfig

ROUNDING = 1e-9  # a smaller share of the capital is rounding


def by_number(positions: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Each position divided by the number of symbols of its date, (n_dates, n_symbols).

    ``positions`` are 0 where a symbol is not alive.
    """
    return positions / np.maximum(alive.sum(axis=1, keepdims=True), 1)


def by_risk(positions: np.ndarray, risk: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Each position times the inverse of its volatility, by the sum of the inverses of its date.

    A symbol whose volatility is not known yet, or 0, has no weight.
    """
    measured = alive & (risk > 0)
    inverse = np.where(measured, 1.0 / np.where(measured, risk, 1.0), 0.0)
    total = inverse.sum(axis=1, keepdims=True)
    return positions * inverse / np.where(total > 0, total, 1.0)


def by_signal(signals: np.ndarray) -> np.ndarray:
    """Each signal by the sum of the sizes of all signals of its date; 0 where there is none."""
    total = np.abs(signals).sum(axis=1, keepdims=True)
    return signals / np.where(total > 0, total, 1.0)


def of_extremes(scores: np.ndarray, number: int, *, long_only: bool) -> np.ndarray:
    """Equal weights on the ``number`` highest scores of a date, and short on as many of the lowest.

    ``scores`` are NaN where there is no forecast. Each side has at most half of the symbols of the date, with
    ``long_only`` all of them. Symbols with equal scores at the border share the places that are left. Scores
    that are all equal say nothing: no symbol is held.
    """
    out = np.zeros(scores.shape)
    for date, of_date in enumerate(scores):
        known = np.flatnonzero(~np.isnan(of_date))
        places = min(number, len(known) if long_only else len(known) // 2)
        values = of_date[known]
        if places and values.min() < values.max():
            long = shares_of_highest(values, places) / places
            out[date, known] = long if long_only else (long - shares_of_highest(-values, places) / places) / 2
    return out


def shares_of_highest(scores: np.ndarray, places: int) -> np.ndarray:
    """Share of a place, 0 … 1, that each score has among the ``places`` highest, (n,)."""
    border = np.partition(scores, len(scores) - places)[len(scores) - places]
    above, at = scores > border, scores == border
    shares: np.ndarray = above + at * (places - above.sum()) / at.sum()
    return shares


def average_weights(weights: np.ndarray, dates: int) -> np.ndarray:
    """Mean of the weights of the last ``dates`` dates, (n_dates, n_symbols); 0 before the first date.

    What rounding leaves of a sum of 0 is no weight.
    """
    if dates == 1:
        return weights
    total = np.cumsum(weights, axis=0)
    earlier = np.concatenate([np.zeros((min(dates, len(total)), total.shape[1])), total[:-dates]])
    means = (total - earlier) / dates
    return np.where(np.abs(means) > ROUNDING, means, 0.0)


def cap_weights(weights: np.ndarray, config: PortfolioConfig) -> np.ndarray:
    """Weights of at most ``max_weight`` each, scaled down where their sizes exceed ``max_gross`` together.

    What is cut off stays in cash.
    """
    largest = np.inf if config.max_weight is None else config.max_weight
    capped = np.clip(weights, -largest, largest)
    gross = np.abs(capped).sum(axis=1, keepdims=True)
    scaled: np.ndarray = capped * (config.max_gross / np.maximum(gross, config.max_gross))
    return scaled
