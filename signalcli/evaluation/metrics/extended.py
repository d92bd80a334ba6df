"""The metrics that other packages print beside ours, each once, of a record."""

from __future__ import annotations

import math

import numpy as np

from signalcli.evaluation.metrics import benchmark as market
from signalcli.evaluation.metrics import composite as composed
from signalcli.evaluation.metrics import distribution as shape
from signalcli.evaluation.metrics import drawdowns as falls
from signalcli.evaluation.metrics import performance as earn
from signalcli.evaluation.metrics import periods
from signalcli.evaluation.metrics.information import information, information_by_date, ranked
from signalcli.evaluation.metrics.metric import A_YEAR, FRACTION, RATIO, SHARE, Metric, further
from signalcli.evaluation.metrics.moments import mean
from signalcli.evaluation.metrics.record import Record

NAN = float("nan")


def _pair(r: Record) -> market.Pair:
    held = r.beside.market() if r.beside else np.full(len(r.net), np.nan)
    return market.pair(r.net, held)


def _information(r: Record, *, ranks: bool = False) -> float:
    if r.beside is None or np.isnan(r.p).any():
        return NAN
    said, came = r.p[:, -1], r.beside.ahead()
    return information(ranked(said), ranked(came)) if ranks else information(said, came)


def _steadiness(r: Record, *, ranks: bool = False) -> float:
    if r.beside is None or np.isnan(r.p).any():
        return NAN
    return information_by_date(r.p[:, -1], r.beside.ahead(), r.beside.dates(), ranks=ranks)


def _months(r: Record) -> np.ndarray:
    return periods.by_period(r.net, r.dates, "M")


def _years(r: Record) -> np.ndarray:
    return periods.by_period(r.net, r.dates, "Y")


def _annual(r: Record) -> float:
    return earn.annual_return(r.earned, r.per_year)


def _by(top: float, bottom: float) -> float:
    return top / bottom if bottom > earn.ROUNDING else NAN


WIDER: dict[str, Metric[Record]] = {
    "mean_return": further(lambda r: mean(r.net), "mean(r)", FRACTION),
    "geometric_return": further(lambda r: composed.geometric_mean(r.net), "Π(1 + r)^(1/T) - 1", FRACTION),
    "deviation": further(lambda r: r.earned.spread, "sd(r), ddof 1", FRACTION),
    "annual_variance": further(lambda r: r.earned.spread**2 * r.per_year, "sd(r)² bars per year", A_YEAR),
    "downside_deviation": further(
        lambda r: composed.downside_deviation(r.net, r.per_year), "√mean(min(r, 0)²) √(bars per year)", A_YEAR
    ),
    "peak_return": further(
        lambda r: max(float(np.max(np.cumprod(1 + r.net))), 1.0) - 1 if len(r.net) else NAN,
        "largest equity - 1",
        FRACTION,
    ),
    "gain_share": further(lambda r: composed.gain_share(r.net), "bars with r > 0 / bars with r ≠ 0", SHARE),
    "gain_to_pain": further(
        lambda r: composed.gain_to_pain(r.net), "Σ r / Σ max(-r, 0)", RATIO, "Schwager 2012"
    ),
    "kelly_fraction": further(
        lambda r: composed.kelly(r.net),
        "w - (1 - w) / payoff, w = gain_share",
        "share of equity",
        "Kelly 1956",
    ),
    "risk_of_ruin": further(lambda r: composed.ruin(r.net), "((1 - w) / (1 + w))^T, w = gain_share", SHARE),
    "common_sense_ratio": further(
        lambda r: composed.common_sense(r.net), "profit_factor · tail_ratio", RATIO
    ),
    "cpc_index": further(lambda r: composed.cpc(r.net), "profit_factor · gain_share · payoff", RATIO),
    "outlier_win": further(lambda r: composed.outlier(r.net, 1), "99 % quantile / average_win", RATIO),
    "outlier_loss": further(lambda r: composed.outlier(r.net, -1), "1 % quantile / -average_loss", RATIO),
    "adjusted_sortino": further(
        lambda r: earn.sortino(r.earned, r.per_year) / math.sqrt(2),
        "sortino / √2, on the scale of sharpe",
        RATIO,
    ),
    "smart_sharpe": further(
        lambda r: earn.sharpe(r.earned, r.per_year) / composed.autocorrelation_penalty(r.net),
        "sharpe / √(1 + 2 Σ (T - k)/T |ρ|^k), ρ of neighbouring bars",
        RATIO,
        "Lo 2002",
    ),
    "smart_sortino": further(
        lambda r: earn.sortino(r.earned, r.per_year) / composed.autocorrelation_penalty(r.net),
        "sortino by the same factor",
        RATIO,
        "Lo 2002",
    ),
    "ulcer_performance": further(
        lambda r: _by(_annual(r), shape.ulcer_index(r.drawdown)),
        "annual_return / ulcer_index",
        RATIO,
        "Martin 1987",
    ),
    "serenity_index": further(
        lambda r: composed.serenity(r.net, r.drawdown),
        "Σ r / (ulcer_index · mean of the deepest 5 % of drawdowns / sd(r))",
        RATIO,
    ),
    "average_drawdown": further(
        lambda r: falls.average_depth(r.drawdown), "mean depth of the falls", FRACTION
    ),
    "average_drawdown_bars": further(
        lambda r: falls.average_length(r.drawdown), "mean bars below a peak, fall by fall", "bars"
    ),
    "under_water": further(lambda r: falls.under_water(r.drawdown), "bars below a peak / T", SHARE),
    "recovery_bars": further(
        lambda r: falls.recovery_bars(r.drawdown), "bars from the bottom of max_drawdown to the peak", "bars"
    ),
    "gains_in_a_row": further(lambda r: falls.longest(r.net > 0), "most bars with r > 0 in a row", "bars"),
    "losses_in_a_row": further(lambda r: falls.longest(r.net < 0), "most bars with r < 0 in a row", "bars"),
    "best_month": further(
        lambda r: periods.best(_months(r)), "largest compounded return of a month", FRACTION
    ),
    "worst_month": further(
        lambda r: periods.worst(_months(r)), "smallest compounded return of a month", FRACTION
    ),
    "gaining_months": further(lambda r: periods.gaining(_months(r)), "months that gained / months", SHARE),
    "average_up_month": further(
        lambda r: periods.average(_months(r), 1), "mean of the months that gained", FRACTION
    ),
    "average_down_month": further(
        lambda r: periods.average(_months(r), -1), "mean of the months that lost", FRACTION
    ),
    "best_year": further(lambda r: periods.best(_years(r)), "largest compounded return of a year", FRACTION),
    "worst_year": further(
        lambda r: periods.worst(_years(r)), "smallest compounded return of a year", FRACTION
    ),
    "gaining_years": further(lambda r: periods.gaining(_years(r)), "years that gained / years", SHARE),
    "in_market": further(
        lambda r: mean((r.position != 0).astype("float64")), "bars decided long or short / T", SHARE
    ),
    "largest_position": further(
        lambda r: float(np.max(np.abs(r.position))) if len(r.net) else NAN,
        "max |position|",
        "share of equity",
    ),
    "alpha": further(
        lambda r: market.alpha(_pair(r), r.per_year),
        "(mean(r) - beta mean(m)) bars per year",
        A_YEAR,
        "Jensen 1968",
    ),
    "beta": further(lambda r: market.beta(_pair(r)), "cov(r, m) / var(m)", RATIO),
    "market_correlation": further(lambda r: market.correlation(_pair(r)), "correlation of r and m", "-1 … 1"),
    "market_r2": further(lambda r: market.correlation(_pair(r)) ** 2, "market_correlation²", SHARE),
    "tracking_error": further(
        lambda r: market.tracking_error(_pair(r), r.per_year), "sd(r - m) √(bars per year), ddof 1", A_YEAR
    ),
    "information_ratio": further(
        lambda r: market.information_ratio(_pair(r), r.per_year),
        "mean(r - m) / sd(r - m) √(bars per year), ddof 1",
        RATIO,
    ),
    "treynor": further(
        lambda r: market.treynor(_pair(r), _annual(r)), "annual_return / beta", A_YEAR, "Treynor 1965"
    ),
    "up_capture": further(
        lambda r: market.capture(_pair(r), 1), "mean(r) / mean(m) of bars with m > 0", RATIO
    ),
    "down_capture": further(
        lambda r: market.capture(_pair(r), -1), "mean(r) / mean(m) of bars with m < 0", RATIO
    ),
    "ic": further(_information, "correlation of p_up and forward_return", "-1 … 1"),
    "rank_ic": further(lambda r: _information(r, ranks=True), "the same of their ranks", "-1 … 1"),
    "ic_ir": further(
        _steadiness, "mean / sd over dates of the correlation over symbols; of PORTFOLIO", RATIO
    ),
    "rank_ic_ir": further(lambda r: _steadiness(r, ranks=True), "the same of their ranks", RATIO),
}
WHOLE = ("recovery_bars", "gains_in_a_row", "losses_in_a_row")
