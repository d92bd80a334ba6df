"""How returns are spread, and what falls look like. ``net`` (n_bars,) fractions. Undefined is NaN."""

import numpy as np

from signalcli.evaluation.metrics.performance import NAN, ROUNDING


def skew(net: np.ndarray) -> float:
    """Third standardised moment."""
    return _moment(net, 3)


def kurtosis(net: np.ndarray) -> float:
    """Fourth standardised moment, raw: 3 for a Gaussian."""
    return _moment(net, 4)


def _moment(net: np.ndarray, order: int) -> float:
    spread = float(np.std(net)) if len(net) else 0.0
    return float(np.mean(((net - np.mean(net)) / spread) ** order)) if spread > ROUNDING else NAN


def value_at_risk(net: np.ndarray, confidence: float = 0.95) -> float:
    """Loss of a bar that is not exceeded with this confidence, as observed, ≥ 0 when it is a loss."""
    return -float(np.quantile(net, 1 - confidence)) if len(net) else NAN


def expected_shortfall(net: np.ndarray, confidence: float = 0.95) -> float:
    """Mean loss of the bars at or beyond the value at risk."""
    if not len(net):
        return NAN
    return -float(np.mean(net[net <= -value_at_risk(net, confidence)]))


def tail_ratio(net: np.ndarray) -> float:
    """95 % quantile by the size of the 5 % quantile."""
    if not len(net):
        return NAN
    low, high = np.quantile(net, [0.05, 0.95])
    return float(high / abs(low)) if abs(low) > ROUNDING else NAN


def omega(net: np.ndarray) -> float:
    """Sum of the gains by the sum of the losses, at a hurdle of 0 a bar."""
    losses = -float(net[net < 0].sum())
    return float(net[net > 0].sum()) / losses if losses > ROUNDING else NAN


def ulcer_index(drawdown: np.ndarray) -> float:
    """Root mean square of the drawdown."""
    return float(np.sqrt(np.mean(drawdown**2))) if len(drawdown) else NAN


def longest_drawdown(drawdown: np.ndarray) -> float:
    """Most bars in a row below the peak."""
    if not len(drawdown):
        return NAN
    under = np.concatenate([[False], drawdown > ROUNDING, [False]])
    changes = np.flatnonzero(np.diff(under.astype("int8")))
    return float(np.max(changes[1::2] - changes[::2], initial=0))


def average_win(net: np.ndarray) -> float:
    """Mean net return of the gaining bars."""
    return _mean(net[net > 0])


def average_loss(net: np.ndarray) -> float:
    """Mean size of the net return of the losing bars."""
    return -_mean(net[net < 0])


def payoff(net: np.ndarray) -> float:
    """Average win by average loss."""
    loss = average_loss(net)
    return average_win(net) / loss if loss > ROUNDING else NAN


def expectancy(net: np.ndarray) -> float:
    """Mean net return of the bars that gained or lost."""
    return _mean(net[net != 0])


def break_even_bps(gross: np.ndarray, turnover: np.ndarray) -> float:
    """Cost of a unit of turnover at which the mean net return is 0; negative when it loses before costs."""
    traded = float(np.add.reduce((1.0 + gross) * turnover))
    return 1e4 * float(np.add.reduce(gross)) / traded if traded > ROUNDING else NAN


def _mean(x: np.ndarray) -> float:
    return float(np.mean(x)) if len(x) else NAN
