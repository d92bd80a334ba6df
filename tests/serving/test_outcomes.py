"""Signals that were given, scored: the same as a backtest of these rows, and honest about missed nights."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import DataError
from signalcli.evaluation.headline_scores import headline_scores
from signalcli.evaluation.scorecard import scorecard
from signalcli.serving.outcomes import realized_predictions


def given(bars: pd.DataFrame, horizon: int = 1, first: int = 50) -> pd.DataFrame:
    """Signals of a random model on the bars from ``first`` on; the newest are not over yet."""
    rows = bars.iloc[first:].reset_index(drop=True)
    p_up = np.random.default_rng(3).random(len(rows))
    late = [rows["date"].iloc[-1] + pd.offsets.BDay(k + 1) for k in range(horizon)]
    until = [*rows["date"].iloc[horizon:], *late]
    return rows[["symbol", "date", "close"]].assign(
        model="tree",
        p_up=p_up,
        prediction=(p_up > 0.5).astype(int),
        position=np.where(p_up > 0.5, 1, -1),
        valid_from=until,
        valid_until=until,
    )


@pytest.fixture
def bars() -> pd.DataFrame:
    return synthetic_bars("walk", rows=200, seed=4)


@pytest.mark.parametrize("horizon", [1, 5])
def test_the_outcome_is_that_of_the_bars(bars: pd.DataFrame, horizon: int) -> None:
    found = realized_predictions(given(bars, horizon), bars)
    closes = bars["close"].to_numpy()
    wanted = closes[50 + horizon :] / closes[50:-horizon] - 1
    assert found["forward_return"].to_numpy()[:-horizon] == pytest.approx(wanted)
    assert found["direction"].isna().to_numpy().tolist() == [False] * (150 - horizon) + [True] * horizon
    assert found["label_end"].dropna().tolist() == bars["date"].iloc[50 + horizon :].tolist()


def test_scored_like_a_backtest_of_the_same_rows(bars: pd.DataFrame) -> None:
    signals = given(bars)
    card = scorecard(backtest(realized_predictions(signals, bars))).set_index("model")
    up = bars["close"].diff().shift(-1).iloc[50:-1].to_numpy() > 0
    assert card.loc["tree", "accuracy"] == pytest.approx(np.mean((signals["p_up"][:-1] > 0.5) == up))
    assert card.loc["tree", "n_bars"] == 150


def test_a_missed_night_is_flat_and_not_judged(bars: pd.DataFrame) -> None:
    signals = given(bars).drop(index=[10, 11])
    found = realized_predictions(signals, bars)
    assert len(found) == 150
    assert found["p_up"].isna().to_numpy().nonzero()[0].tolist() == [10, 11]
    assert headline_scores(found)["rows"] == 147  # and the newest has no outcome yet
    booked = backtest(found)
    tree = booked[booked["model"] == "tree"].reset_index(drop=True)
    assert tree["position"].iloc[[10, 11]].tolist() == [0, 0]
    assert (tree["position"].drop(index=[10, 11]) != 0).all()


def test_bars_before_the_first_signal_do_not_count(bars: pd.DataFrame) -> None:
    assert realized_predictions(given(bars, first=120), bars)["date"].min() == bars["date"].iloc[120]


def test_later_bars_change_no_outcome_that_was_known(bars: pd.DataFrame) -> None:
    signals = given(bars).iloc[:100]
    early = realized_predictions(signals, bars.iloc[:150])
    late = realized_predictions(signals, bars)
    known = early["direction"].notna()
    pd.testing.assert_frame_equal(early[known], late[known])


def test_other_prices_are_refused(bars: pd.DataFrame) -> None:
    other = bars.assign(close=bars["close"] * 1.001)
    with pytest.raises(DataError, match="the close of the signal is not in the bars"):
        realized_predictions(given(bars), other)
    with pytest.raises(DataError, match="150 signals"):
        realized_predictions(given(bars), bars.assign(date=bars["date"] + pd.Timedelta(days=10_000)))
