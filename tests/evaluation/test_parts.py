"""Parts of a run: what a bar is worth is known from the whole run, not from its part."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.scorecard import scorecard

CLOSES = np.array([100.0, 110, 99, 108.9, 98.01, 117.612, 105.8508, 116.43588])
FREE = TradingRule(cost_bps=0)


def predictions():
    """Four bars before and after New Year; long until the third bar of the second year."""
    dates = pd.to_datetime(
        [f"2023-12-{day}" for day in (26, 27, 28, 29)] + [f"2024-01-0{day}" for day in (2, 3, 4, 5)]
    ).astype("datetime64[us]")
    forward = np.append(CLOSES[1:] / CLOSES[:-1] - 1, np.nan)
    opens = np.append(100.0, CLOSES[:-1])
    return pd.DataFrame(
        {
            "symbol": "AAA", "date": dates, "open": opens, "high": np.maximum(opens, CLOSES),
            "low": np.minimum(opens, CLOSES), "close": CLOSES, "volume": 1e6, "forward_return": forward,
            "direction": pd.array([*(forward[:-1] > 0), None], "Int8"),
            "label_end": pd.Series(dates).shift(-1), "model": "tree", "fold": [1] * 4 + [2] * 4,
            "p_up": [0.9] * 6 + [0.1] * 2,
        }
    )  # fmt: skip


def parts(by):
    table = scorecard(backtest(predictions(), FREE), ScorecardConfig(metrics="all", by=by))
    return table.set_index(["model", by])


@pytest.mark.parametrize(("by", "first", "second"), [("year", 2023, 2024), ("fold", 1, 2)])
def test_a_side_that_was_held_is_not_entered_again(by, first, second):
    """Buy & hold is bought once, in the first part; the model enters long once and then short."""
    table = parts(by)
    assert table.loc[("buy_hold", first), "trades"] == 1
    assert table.loc[("buy_hold", second), "trades"] == 0
    assert table.loc[("tree", first), "trades"] == 1
    assert table.loc[("tree", second), "trades"] == 1


def test_the_first_bar_of_a_part_has_a_market_return():
    """Second year: -10, +20, -10, +10 %; buy & hold earns the market, so beta and correlation are 1."""
    table = parts("year")
    held = table.loc[("buy_hold", 2024)]
    assert held["beta"] == pytest.approx(1)
    assert held["alpha"] == pytest.approx(0, abs=1e-9)
    model = table.loc[("tree", 2024)]  # -10, +20, -10 long and -10 short
    market, earned = np.array([-0.1, 0.2, -0.1, 0.1]), np.array([-0.1, 0.2, -0.1, -0.1])
    assert model["beta"] == pytest.approx(np.cov(market, earned)[0, 1] / np.var(market, ddof=1))
    assert model["up_capture"] == pytest.approx((0.2 - 0.1) / (0.2 + 0.1))
    assert model["down_capture"] == pytest.approx(1)


def test_bars_of_a_year_are_those_of_the_whole_run():
    """Months of one bar have a return a year, too."""
    monthly = parts("month")
    assert (monthly["bars_per_year"] == 252).all()
    single = predictions().iloc[3:6].assign(fold=[1, 2, 3])
    table = scorecard(backtest(single, FREE), ScorecardConfig(by="fold")).set_index(["model", "fold"])
    earned = 1.2
    assert table.loc[("buy_hold", 3), "annual_return"] == pytest.approx(earned**252 - 1)


def test_the_drawdown_of_a_part_starts_with_it():
    """The second year falls by 10 % from its start at once, not from the peak of the first."""
    held = parts("year").loc[("buy_hold", 2024)]
    assert held["max_drawdown"] == pytest.approx(0.1)
