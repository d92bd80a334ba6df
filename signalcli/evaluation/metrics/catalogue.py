"""Every metric once: its function of a record, formula, unit and source, in the order of the columns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from signalcli.evaluation.metrics import classification as say
from signalcli.evaluation.metrics import confusion as count
from signalcli.evaluation.metrics import distribution as shape
from signalcli.evaluation.metrics import performance as earn
from signalcli.evaluation.metrics import sharpe as believe
from signalcli.evaluation.metrics.extended import WHOLE, WIDER
from signalcli.evaluation.metrics.metric import A_YEAR, COUNT, FRACTION, RATIO, SHARE, Metric, further
from signalcli.evaluation.metrics.record import Record, Trials
from signalcli.evaluation.metrics.trades import ROUND_TRIPS
from signalcli.evaluation.significance import paired

NAN = float("nan")
UP, DOWN = -1, 0  # places among the classes; with two classes down is not up


def _wilson(r: Record, side: int) -> float:
    return paired.wilson(r.counts.hits, r.counts.n)[side]


def _probabilistic(r: Record) -> float:
    sharpe, skew, kurtosis = r.moments
    return NAN if math.isnan(sharpe) else believe.probabilistic(sharpe, len(r.net), skew, kurtosis)


def deflated(r: Record, trials: Trials | None) -> float:
    """Deflated Sharpe ratio of a record among the trials on its data; NaN when they are not known."""
    if trials is None:
        return NAN
    sharpe, skew, kurtosis = r.moments
    if math.isnan(sharpe):
        return NAN
    return believe.deflated(sharpe, len(r.net), skew, kurtosis, *trials)


def _track_record(r: Record) -> float:
    sharpe, skew, kurtosis = r.moments
    return NAN if math.isnan(sharpe) else believe.minimum_track_record(sharpe, skew, kurtosis)


def _sharpe_error(r: Record) -> float:
    sharpe, skew, kurtosis = r.moments
    if math.isnan(sharpe):
        return NAN
    return believe.standard_error(sharpe, len(r.net), skew, kurtosis) * math.sqrt(r.per_year)


def _timing(r: Record) -> paired.Test:
    return paired.pesaran_timmermann(r.y == 1, r.predicted == 1)


METRICS: dict[str, Metric[Record]] = {
    "n_bars": Metric(lambda r: float(len(r.net)), "T", COUNT),
    "bars_per_year": Metric(
        lambda r: r.per_year,
        "252, 365, 52 or 12 when within 6 % of it, else as counted",
        COUNT,
    ),
    "accuracy": Metric(lambda r: count.accuracy(r.counts), "right rows / resolved rows", SHARE),
    "accuracy_low": Metric(
        lambda r: _wilson(r, 0), "lower end of the 95 % Wilson interval", SHARE, "Wilson 1927"
    ),
    "accuracy_high": Metric(
        lambda r: _wilson(r, 1), "upper end of the 95 % Wilson interval", SHARE, "Wilson 1927"
    ),
    "balanced_accuracy": Metric(
        lambda r: count.balanced_accuracy(r.counts), "mean over the classes of recall", SHARE
    ),
    "base_rate": Metric(lambda r: count.base_rate(r.counts), "up rows / resolved rows", SHARE),
    "log_loss": Metric(
        lambda r: say.log_loss(r.y, r.p, r.classes), "mean of -ln p(what happened)", "nats; a coin has ln 2"
    ),
    "brier": Metric(
        lambda r: say.brier(r.y, r.p[:, -1]), "mean of (p_up - up)²", "a coin has .25", "Brier 1950"
    ),
    "auc": Metric(lambda r: say.auc(r.y, r.p[:, -1]), "P(p_up of an up row > of another), ties ½", SHARE),
    "mcc": Metric(
        lambda r: count.matthews(r.counts),
        "correlation of label and said",
        "-1 … 1",
        "Gorodkin 2004",
    ),
    "collapsed": Metric(lambda r: count.collapsed(r.counts), "1 when one label is said on > 95 %", "0 or 1"),
    "hit_rate": Metric(lambda r: earn.hit_rate(r.gross), "bars gained / bars gained or lost, gross", SHARE),
    "total_return": Metric(lambda r: earn.total_return(r.earned), "Π(1 + r) - 1", FRACTION),
    "annual_return": Metric(
        lambda r: earn.annual_return(r.earned, r.per_year), "Π(1 + r)^(bars per year / T) - 1", A_YEAR
    ),
    "annual_volatility": Metric(
        lambda r: earn.annual_volatility(r.earned, r.per_year), "sd(r) √(bars per year), ddof 1", A_YEAR
    ),
    "sharpe": Metric(
        lambda r: earn.sharpe(r.earned, r.per_year),
        "mean(r) / sd(r) √(bars per year), ddof 1",
        RATIO,
        "Sharpe 1966",
    ),
    "psr": Metric(
        _probabilistic,
        "P(true Sharpe ratio > 0), by skew and kurtosis",
        SHARE,
        "Bailey, López de Prado 2012",
    ),
    "dsr": Metric(
        lambda r: deflated(r, r.trials),
        "P(true Sharpe ratio > the best of as many worthless trials); needs --deflate",
        SHARE,
        "Bailey, López de Prado 2014",
    ),
    "sortino": Metric(
        lambda r: earn.sortino(r.earned, r.per_year), "mean(r) / √mean(min(r, 0)²) √(bars per year)", RATIO
    ),
    "calmar": Metric(
        lambda r: earn.calmar(r.earned, r.drawdown, r.per_year), "annual_return / max_drawdown", RATIO
    ),
    "max_drawdown": Metric(
        lambda r: earn.max_drawdown(r.drawdown), "max of 1 - equity / its peak, start included", FRACTION
    ),
    "turnover": Metric(
        lambda r: earn.annual_turnover(r.turnover, r.per_year),
        "mean turnover · bars per year",
        "equity a year",
    ),
    "exposure": Metric(lambda r: earn.exposure(r.position), "mean |position|", SHARE),
    "cost_paid": Metric(lambda r: float(np.add.reduce(r.cost)), "sum of the costs", FRACTION),
    "break_even_bps": Metric(
        lambda r: shape.break_even_bps(r.gross, r.turnover),
        "10⁴ Σ gross / Σ (1 + gross) turnover: the cost at which mean(r) is 0",
        "basis points of turnover",
    ),
    "trades": Metric(lambda r: earn.trades(r.position), "times a side was taken anew", COUNT),
    "profit_factor": Metric(lambda r: earn.profit_factor(r.earned), "Σ gains / Σ losses, per bar", RATIO),
    "precision_up": further(lambda r: count.precision(r.counts, UP), "up rows / rows said up", SHARE),
    "recall_up": further(lambda r: count.recall(r.counts, UP), "said up / up rows", SHARE),
    "f1_up": further(lambda r: count.f1(r.counts, UP), "harmonic mean of precision and recall", SHARE),
    "precision_down": further(
        lambda r: count.precision(r.counts, DOWN), "rows (not) down / rows said so", SHARE
    ),
    "recall_down": further(lambda r: count.recall(r.counts, DOWN), "said so / such rows", SHARE),
    "f1_down": further(lambda r: count.f1(r.counts, DOWN), "harmonic mean of precision and recall", SHARE),
    "f1_macro": further(lambda r: count.f1_macro(r.counts), "mean over the classes of F1", SHARE),
    "calibration_error": further(
        lambda r: say.calibration_error(r.y, r.p[:, -1]),
        "mean |p_up - share of up| over ten bins, by rows",
        SHARE,
        "Naeini et al. 2015",
    ),
    "coverage": further(
        lambda r: say.coverage(r.y, r.p, r.classes, r.band) if r.band is not None else NAN,
        "rows whose true label is held possible / resolved rows, with fit --coverage",
        SHARE,
        "Vovk, Gammerman, Shafer 2005",
    ),
    "decided": further(
        lambda r: say.decided_share(r.p, r.band) if r.band is not None else NAN,
        "rows with one possible label / resolved rows, with fit --coverage",
        SHARE,
    ),
    "decided_accuracy": further(
        lambda r: say.decided_accuracy(r.y, r.predicted, r.p, r.band) if r.band is not None else NAN,
        "right decided rows / decided rows, with fit --coverage",
        SHARE,
    ),
    "pt_statistic": further(
        lambda r: _timing(r).statistic if len(r.y) else NAN,
        "standard normal when label and prediction are independent",
        "standard deviations",
        "Pesaran, Timmermann 1992",
    ),
    "pt_p": further(
        lambda r: _timing(r).p_value if len(r.y) else NAN,
        "one-sided p-value of pt_statistic",
        SHARE,
        "Pesaran, Timmermann 1992",
    ),
    "sharpe_error": further(
        _sharpe_error,
        "standard error √((1 - skew SR + (kurtosis - 1)/4 SR²)/(T - 1)), annualised",
        RATIO,
        "Mertens 2002",
    ),
    "min_track_record": further(
        _track_record,
        "bars after which the Sharpe ratio is above 0 with 95 %",
        "bars",
        "Bailey, López de Prado 2012",
    ),
    "skew": further(lambda r: shape.skew(r.net), "mean((r - mean)³) / sd³", RATIO),
    "kurtosis": further(lambda r: shape.kurtosis(r.net), "mean((r - mean)⁴) / sd⁴, raw", "a Gaussian has 3"),
    "var_95": further(lambda r: shape.value_at_risk(r.net), "-(5 % quantile of r)", FRACTION),
    "cvar_95": further(lambda r: shape.expected_shortfall(r.net), "-mean(r at or below -var_95)", FRACTION),
    "best_bar": further(lambda r: float(np.max(r.net)) if len(r.net) else NAN, "max r", FRACTION),
    "worst_bar": further(lambda r: float(np.min(r.net)) if len(r.net) else NAN, "min r", FRACTION),
    "tail_ratio": further(lambda r: shape.tail_ratio(r.net), "95 % quantile / |5 % quantile|", RATIO),
    "omega": further(
        lambda r: shape.omega(r.net), "Σ max(r, 0) / Σ max(-r, 0)", RATIO, "Keating, Shadwick 2002"
    ),
    "ulcer_index": further(
        lambda r: shape.ulcer_index(r.drawdown), "√mean(drawdown²)", FRACTION, "Martin 1987"
    ),
    "longest_drawdown": further(
        lambda r: shape.longest_drawdown(r.drawdown), "most bars in a row below the peak", "bars"
    ),
    "recovery_factor": further(
        lambda r: (
            earn.total_return(r.earned) / max(earn.max_drawdown(r.drawdown), 1e-300)
            if len(r.net) and earn.max_drawdown(r.drawdown) > earn.ROUNDING
            else NAN
        ),
        "total_return / max_drawdown",
        RATIO,
    ),
    "average_win": further(lambda r: shape.average_win(r.net), "mean of r > 0", FRACTION),
    "average_loss": further(lambda r: shape.average_loss(r.net), "-mean of r < 0", FRACTION),
    "payoff": further(lambda r: shape.payoff(r.net), "average_win / average_loss", RATIO),
    "expectancy": further(lambda r: shape.expectancy(r.net), "mean of r ≠ 0", FRACTION),
    "long_share": further(
        lambda r: float(np.mean(r.position > 0)) if len(r.net) else NAN, "bars decided long / T", SHARE
    ),
    "short_share": further(
        lambda r: float(np.mean(r.position < 0)) if len(r.net) else NAN, "bars decided short / T", SHARE
    ),
    **WIDER,
}
ESSENTIAL = tuple(name for name, metric in METRICS.items() if metric.essential)
OF_BANDS = ("coverage", "decided", "decided_accuracy")  # shown where there is a band
COUNTS = ("n_bars", "collapsed", "trades", "longest_drawdown", *WHOLE)


def explained() -> list[dict[str, str]]:
    """Name, formula, unit and source of every metric, those of single trades behind those of bars."""
    every: dict[str, Metric[Any]] = {**METRICS, **ROUND_TRIPS}
    return [
        {"name": name, "formula": m.formula, "unit": m.unit, "source": m.source} for name, m in every.items()
    ]
