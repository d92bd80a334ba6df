"""Every metric in the order of the columns of METRICS."""

from __future__ import annotations

from signalcli.evaluation.metrics import (
    benchmark,
    classification,
    composite,
    confusion,
    distribution,
    drawdowns,
    performance,
    sharpe,
    trades,
)  # fmt: skip
from signalcli.evaluation.metrics.metric import declared_in, explain

DECLARED = declared_in(
    classification, confusion, performance, sharpe, distribution, drawdowns, composite, benchmark, trades
)
ESSENTIAL = (
    "n_bars", "bars_per_year", "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy",
    "base_rate", "log_loss", "brier", "auc", "mcc", "collapsed", "hit_rate", "total_return",
    "annual_return", "annual_volatility", "sharpe", "psr", "dsr", "sortino", "calmar", "max_drawdown",
    "turnover", "exposure", "cost_paid", "break_even_bps", "trades", "profit_factor",
)  # fmt: skip
# Those that decide, in a table for people; dsr is empty without --deflate.
MAIN = (
    "n_bars", "bars_per_year", "accuracy", "base_rate", "log_loss", "auc", "total_return", "annual_return",
    "sharpe", "psr", "dsr", "max_drawdown", "cost_paid", "trades",
)  # fmt: skip
NOT_MAIN = tuple(name for name in ESSENTIAL if name not in MAIN)
FURTHER = (
    "precision_up", "recall_up", "f1_up", "precision_down", "recall_down", "f1_down", "f1_macro",
    "calibration_error", "coverage", "decided", "decided_accuracy", "pt_statistic", "pt_p", "sharpe_error",
    "min_track_record", "skew", "kurtosis", "var_95", "cvar_95", "best_bar", "worst_bar", "tail_ratio",
    "omega", "ulcer_index", "longest_drawdown", "recovery_factor", "average_win", "average_loss", "payoff",
    "expectancy", "long_share", "short_share", "mean_return", "geometric_return", "deviation",
    "annual_variance", "downside_deviation", "peak_return", "gain_share", "gain_to_pain", "kelly_fraction",
    "risk_of_ruin", "common_sense_ratio", "cpc_index", "outlier_win", "outlier_loss", "adjusted_sortino",
    "smart_sharpe", "smart_sortino", "ulcer_performance", "serenity_index", "average_drawdown",
    "average_drawdown_bars", "under_water", "recovery_bars", "gains_in_a_row", "losses_in_a_row",
    "best_month", "worst_month", "gaining_months", "average_up_month", "average_down_month", "best_year",
    "worst_year", "gaining_years", "in_market", "largest_position", "alpha", "beta", "market_correlation",
    "market_r2", "tracking_error", "information_ratio", "treynor", "up_capture", "down_capture", "ic",
    "rank_ic", "ic_ir", "rank_ic_ir",
)  # fmt: skip
OF_TRADES = (
    "closed_trades", "open_trades", "long_trades", "short_trades", "win_rate", "average_trade",
    "average_winner", "average_loser", "best_trade", "worst_trade", "average_long", "average_short",
    "trade_payoff", "trade_profit_factor", "trade_expectancy", "sqn", "average_trade_bars", "longest_trade",
    "average_winner_bars", "average_loser_bars", "winners_in_a_row", "losers_in_a_row",
)  # fmt: skip
METRICS = {name: DECLARED[name] for name in (*ESSENTIAL, *FURTHER)}
TRADE_METRICS = {name: DECLARED[name] for name in OF_TRADES}
OF_BANDS = ("coverage", "decided", "decided_accuracy")  # shown where predictions have a band
COUNTS = (
    "n_bars", "collapsed", "trades", "longest_drawdown", "recovery_bars", "gains_in_a_row",
    "losses_in_a_row",
)  # fmt: skip


def explain_metrics() -> list[dict[str, str]]:
    """Name, formula, unit and source of every metric; those of trades are last."""
    return explain(METRICS | TRADE_METRICS)
