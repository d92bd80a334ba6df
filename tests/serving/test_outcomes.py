"""Signals that were given, scored: the same as a backtest of these rows, and honest about missed nights."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.features import FeatureConfig
from signalcli.config.trading import TradingRule
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import DataError, UsageError
from signalcli.evaluation.headline_scores import headline_scores
from signalcli.evaluation.scorecard import scorecard
from signalcli.serving.outcomes import outcome_warnings, realized_predictions, trading_rule


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


# ---- by hand

CLOSES = [100.0, 110, 99, 99, 108.9, 98.01, 107.811, 107.811]
UPS = [True, False, False, True, False, True, False]  # of each close to the next; an equal one is not up


def eight_bars(symbol: str = "A") -> pd.DataFrame:
    closes = np.array(CLOSES)
    table = pd.DataFrame({"symbol": symbol, "date": pd.date_range("2024-01-01", periods=8, freq="D")})
    return table.assign(open=closes, high=closes, low=closes, close=closes, volume=1.0)


def signals_on(rows: list[int], model: str = "m", horizon: int = 1, symbol: str = "A") -> pd.DataFrame:
    own = eight_bars(symbol).iloc[rows].reset_index(drop=True)
    until = own["date"] + pd.Timedelta(days=horizon)
    named = own[["symbol", "date", "close"]].assign(model=model, p_up=0.6, prediction=1, position=1.0)
    return named.assign(valid_from=own["date"] + pd.Timedelta(days=1), valid_until=until)


def bundle(model: str = "m", symbol: str | None = None, **manifest: Any) -> Any:
    """What of a saved model is read."""
    config = FeatureConfig(**manifest.pop("config", {}))
    values = {"label": "next return", "coverage": None, "thresholds": {}, "config": config} | manifest
    return SimpleNamespace(manifest=SimpleNamespace(model=model, symbol=symbol, **values))


def directions(found: pd.DataFrame) -> list[int | None]:
    return [None if pd.isna(d) else int(d) for d in found["direction"]]


def test_signals_are_judged_by_the_bars_they_were_valid_for() -> None:
    found = realized_predictions(signals_on([0, 1, 2, 3, 4, 5, 6, 7]), eight_bars())
    assert directions(found) == [*map(int, UPS), None]
    two = realized_predictions(signals_on([0, 1, 2, 3, 4, 5, 6, 7], horizon=2), eight_bars())
    assert directions(two) == [0, 0, 1, 0, 0, 1, None, None]
    assert two["horizon"].unique().tolist() == [2]
    assert two["fold"].unique().tolist() == [0]


def test_the_horizon_is_that_of_the_signals_whose_last_bar_is_there() -> None:
    """Three of horizon 2 that are over; the one of the last bar would be 1."""
    signals = signals_on([0, 1, 2, 7], horizon=2)
    signals.loc[3, "valid_until"] = signals.loc[3, "date"]
    assert realized_predictions(signals, eight_bars())["horizon"].iloc[0] == 2
    newest = signals_on([6, 7], horizon=3)
    found = realized_predictions(newest, eight_bars())
    assert found["horizon"].tolist() == [8, 8], "none is over: nothing can be judged"
    assert directions(found) == [None, None]
    just_over = signals_on([5, 7], horizon=2)
    assert realized_predictions(just_over, eight_bars())["horizon"].tolist() == [2] * 3
    same_day = signals_on([0, 1, 2], horizon=0)
    assert realized_predictions(same_day, eight_bars())["horizon"].iloc[0] == 1


def test_a_model_is_judged_by_the_label_of_its_manifest() -> None:
    zone = bundle(config={"horizon": 2, "dead_zone": 0.05}, coverage={"band": 0.7})
    found = realized_predictions(signals_on([0, 1, 2, 3, 4, 5, 6]), eight_bars(), [zone])
    assert directions(found) == [0, -1, 1, 0, 0, 1, None]  # -1 %, -10 %, +10 %, -1 %, -1 %, +10 %
    assert found["band"].unique().tolist() == [0.7]
    assert found["horizon"].unique().tolist() == [2]
    other = bundle("other", config={"horizon": 2, "dead_zone": 0.05})
    assert directions(realized_predictions(signals_on([0, 1]), eight_bars(), [other])) == [1, 0]


def test_each_symbol_is_judged_by_its_own_model() -> None:
    """Saved models of one name for A and B, and one of all symbols."""
    both = pd.concat([signals_on([0, 1]), signals_on([0, 1], symbol="B")], ignore_index=True)
    bars = pd.concat([eight_bars(), eight_bars("B")], ignore_index=True)
    a, b = bundle(symbol="A", config={"horizon": 2}), bundle(symbol="B", config={"horizon": 3})
    found = realized_predictions(both, bars, [b, a])
    assert found["horizon"].tolist() == [2, 2, 3, 3]
    pooled = realized_predictions(both, bars, [bundle(config={"horizon": 4})])
    assert pooled["horizon"].tolist() == [4] * 4
    assert outcome_warnings(both, found, [a, b]) == []
    assert outcome_warnings(both, found, []) == []
    (line,) = outcome_warnings(both, found, [a])
    assert line.startswith("--model is not the model of B m (1 in all)")


def test_four_unknown_models_are_named_by_three() -> None:
    every = pd.concat([signals_on([0], model) for model in "abcd"], ignore_index=True)
    found = realized_predictions(every, eight_bars())
    (line,) = outcome_warnings(every, found, [bundle("z")])
    assert line.startswith("--model is not the model of A a, A b, A c (4 in all); the label")


def test_labels_of_the_users_own_come_from_the_rows() -> None:
    own = bundle(label=None, config={"horizon": 3})
    with pytest.raises(DataError, match="m was fitted on labels that are not those of signalcli features"):
        realized_predictions(signals_on([0, 1]), eight_bars(), [own])
    labeled = eight_bars().assign(
        forward_return=0.25, direction=pd.array([1, 0] * 4, dtype="Int8"), label_end=eight_bars()["date"]
    )
    found = realized_predictions(signals_on([0, 1]), labeled, [own])
    assert directions(found) == [1, 0]
    assert found["forward_return"].tolist() == [0.25, 0.25]
    assert found["horizon"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("manifest", "zone", "refused"),
    [
        ({}, None, False),
        ({}, 0.01, True),
        ({"config": {"dead_zone": 0.01}}, 0.01, False),
        ({"config": {"dead_zone": 0.01}}, 0.02, True),
        ({"config": {"dead_zone": 0.5, "dead_zone_unit": "volatility"}}, 0.5, True),
        ({"config": {"dead_zone": 0.5, "dead_zone_unit": "volatility"}}, None, False),
    ],
)
def test_a_dead_zone_that_contradicts_the_model(manifest: dict[str, Any], zone: float, refused: bool) -> None:
    arguments = (signals_on([0, 1]), eight_bars(), [bundle(**manifest)], zone)
    if refused:
        with pytest.raises(UsageError, match=f"--dead-zone {zone}: m was fitted on the label next return, "):
            realized_predictions(*arguments)
    else:
        assert len(realized_predictions(*arguments)) == 2


def test_three_directions_need_a_zone_and_two_have_none() -> None:
    two = signals_on([0, 1, 2])
    three = two.assign(p_flat=0.2, p_down=0.2)
    with pytest.raises(DataError, match="A m: signals of three directions"):
        realized_predictions(three, eight_bars())
    with pytest.raises(DataError, match="A m: signals of two directions; leave --dead-zone out"):
        realized_predictions(two, eight_bars(), dead_zone=0.05)
    with pytest.raises(DataError, match="two directions"):
        realized_predictions(three.assign(p_flat=np.nan, p_down=np.nan), eight_bars(), dead_zone=0.05)
    found = realized_predictions(three, eight_bars(), dead_zone=0.05)
    assert directions(found) == [1, -1, 0]
    assert found[["p_flat", "p_down"]].to_numpy().tolist() == [[0.2, 0.2]] * 3
    assert "p_down" not in realized_predictions(two.assign(p_down=np.nan, p_flat=np.nan), eight_bars())


def test_signals_of_another_label_need_their_model() -> None:
    """One row with a label is enough; rows without one are those of the direction of the close."""
    named = signals_on([0, 1, 2]).assign(label=[None, "trend scan", None])
    with pytest.raises(DataError, match="A m: signals of the label trend scan; name the saved model"):
        realized_predictions(named, eight_bars())
    assert len(realized_predictions(named, eight_bars(), [bundle()])) == 3
    assert len(realized_predictions(named.assign(label=None), eight_bars())) == 3


def test_the_rows_are_predictions_and_nothing_else() -> None:
    found = realized_predictions(signals_on([0, 1]), eight_bars())
    assert list(found) == [
        *("symbol", "date", "open", "high", "low", "close", "volume", "fold", "forward_return", "direction"),
        *("label_end", "horizon", "model", "p_up"),
    ]


def test_a_missed_bar_between_two_signals_has_no_probability() -> None:
    found = realized_predictions(signals_on([1, 3]), eight_bars())
    assert found["date"].dt.day.tolist() == [2, 3, 4]
    assert found["p_up"].isna().tolist() == [False, True, False]
    assert found["model"].unique().tolist() == ["m"]


def test_a_close_that_differs_by_a_rounding_is_the_same() -> None:
    signals = signals_on([0, 1, 2])
    close = signals["close"].to_numpy()
    assert len(realized_predictions(signals.assign(close=close * (1 + 9e-7)), eight_bars())) == 3
    with pytest.raises(DataError, match=r"A 2024-01-02: the close .* \(2 signals in all\)"):
        realized_predictions(signals.assign(close=close * np.array([1, 1 + 2e-6, 1.5])), eight_bars())


def test_thresholds_of_the_saved_models() -> None:
    one, other = bundle(thresholds={"threshold": 0.6}), bundle(thresholds={"threshold": 0.7})
    assert trading_rule([], {}) == TradingRule()
    assert trading_rule([one], {}) == TradingRule(threshold=0.6)
    assert trading_rule([one, one], {"cost_bps": 3.0}) == TradingRule(threshold=0.6, cost_bps=3.0)
    assert trading_rule([one, other], {"threshold": 0.8}) == TradingRule(threshold=0.8)
    with pytest.raises(UsageError, match="--threshold: the models were saved with several; choose one"):
        trading_rule([one, other], {})


def test_signals_whose_label_needs_older_bars_are_counted() -> None:
    """Of six bars with a horizon of 2 the last two are not over; 0 and 3 lack a label, 3 has no signal."""
    signals = signals_on([0, 1, 2, 4, 5])
    found = realized_predictions(signals, eight_bars(), [bundle(config={"horizon": 2})])
    unknown = found.assign(direction=pd.array([None, 0, 1, None, None, None], dtype="Int8"))
    (line,) = outcome_warnings(signals, unknown, [bundle()])
    assert line == "1 signal not scored: the label needs older bars; begin --bars earlier"
    assert outcome_warnings(signals, found, [bundle()]) == []


@pytest.mark.parametrize(("start", "waiting"), [("close", 2), ("next_open", 3)])
def test_signals_whose_label_is_not_over_are_not_counted(start: str, waiting: int) -> None:
    """A label of 2 bars from the next open is known after 3 bars."""
    one = bundle(config={"horizon": 2, "label_from": start})
    signals = signals_on(list(range(8)))
    found = realized_predictions(signals, eight_bars(), [one])
    assert found["direction"].isna().tolist() == [i >= 8 - waiting for i in range(8)]
    assert outcome_warnings(signals, found, [one]) == []
