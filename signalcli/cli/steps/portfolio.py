"""One capital for all symbols: what ``backtest`` and ``run`` do with --portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.outputs import emit
from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.output import OutputConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.schemas import MEMBER

if TYPE_CHECKING:
    import pandas as pd


def with_portfolio(returns: pd.DataFrame, shared: pd.DataFrame | None) -> pd.DataFrame:
    """Return RETURNS with those of the portfolios, if there are any."""
    if shared is None:
        return returns
    from signalcli.backtesting.portfolio.simulate import append_returns

    return append_returns(returns, shared)


def trade_portfolio(
    predictions: pd.DataFrame, config: PortfolioConfig, rule: TradingRule
) -> pd.DataFrame | None:
    """Return the returns of the portfolios, None without one; write the holdings, print what was closed."""
    if config.portfolio is None:
        return None
    from signalcli.backtesting.portfolio.simulate import backtest_portfolio

    result = backtest_portfolio(predictions, config, rule)
    warn([] if MEMBER in predictions else result.lines)  # else `warn_of_closings` has named them
    if config.holdings is not None:
        emit(result.holdings, OutputConfig(config.holdings))
    return result.returns
