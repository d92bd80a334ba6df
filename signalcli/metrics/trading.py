"""What the positions earned. ``net`` (n_bars,) are net returns per bar, fractions. Undefined is NaN."""

import numpy as np

NAN = float("nan")
YEAR = np.timedelta64(365 * 24 + 6, "h")
CALENDARS = (252, 365, 52, 12)  # daily exchange, daily around the clock, weekly, monthly


def bars_per_year(dates: np.ndarray) -> float:
    """Bars a year holds, from sorted dates: 252, 365, 52 or 12 when within 6 % of it, else as counted."""
    if len(dates) < 2 or dates[-1] == dates[0]:
        return NAN
    counted = float((len(dates) - 1) / ((dates[-1] - dates[0]) / YEAR))
    near = [c for c in CALENDARS if abs(counted / c - 1) < 0.06]
    return float(near[0]) if near else float(max(round(counted), 1))


def total_return(net: np.ndarray) -> float:
    """Compounded return over all bars."""
    return float(np.prod(1.0 + net) - 1.0)


def annual_return(net: np.ndarray, per_year: float) -> float:
    """Compounded return a year, at the pace of all bars."""
    return float((1.0 + total_return(net)) ** (per_year / len(net)) - 1.0)


def annual_volatility(net: np.ndarray, per_year: float) -> float:
    """Standard deviation (ddof 1) of the bars' returns times the root of bars per year."""
    return float(np.std(net, ddof=1) * np.sqrt(per_year)) if len(net) > 1 else NAN


def sharpe(net: np.ndarray, per_year: float) -> float:
    """Mean by standard deviation (ddof 1) of the bars' returns, times the root of bars per year; no risk-free rate."""
    spread = np.std(net, ddof=1) if len(net) > 1 else 0.0
    return float(np.mean(net) / spread * np.sqrt(per_year)) if spread > 0 else NAN


def sortino(net: np.ndarray, per_year: float) -> float:
    """Mean by downside deviation (root mean square of the losses over all bars), annualised like Sharpe."""
    downside = np.sqrt(np.mean(np.minimum(net, 0.0) ** 2))
    return float(np.mean(net) / downside * np.sqrt(per_year)) if downside > 0 else NAN


def calmar(net: np.ndarray, drawdown: np.ndarray, per_year: float) -> float:
    """Annual return by maximum drawdown."""
    deepest = max_drawdown(drawdown)
    return annual_return(net, per_year) / deepest if deepest > 0 else NAN


def max_drawdown(drawdown: np.ndarray) -> float:
    """Largest fall of the equity from its peak, a fraction ≥ 0."""
    return float(np.max(drawdown))


def hit_rate(position: np.ndarray, gross: np.ndarray) -> float:
    """Share of the bars with a position that gained before costs."""
    held = position[:-1] != 0
    return float(np.mean(gross[1:][held] > 0)) if held.any() else NAN


def annual_turnover(turnover: np.ndarray, per_year: float) -> float:
    """Traded share of equity a year; 2 is one full flip from long to short."""
    return float(np.mean(turnover) * per_year)


def exposure(position: np.ndarray) -> float:
    """Mean size of the position decided, 0 … 1."""
    return float(np.mean(np.abs(position)))


def trades(position: np.ndarray) -> float:
    """Number of times a position was opened, from flat or by turning around."""
    side = np.sign(position)
    return float(np.sum((side != 0) & (side != np.concatenate([[0.0], side[:-1]]))))


def profit_factor(net: np.ndarray) -> float:
    """Sum of the gaining bars' net returns by the sum of the losing bars'."""
    lost = -net[net < 0].sum()
    return float(net[net > 0].sum() / lost) if lost > 0 else NAN
