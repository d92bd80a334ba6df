"""BARS → FORECASTS: which bars, from what, and what no model and no scale may see."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.forecast import ForecastConfig
from signalcli.errors import DataError, UsageError
from signalcli.io.tables import to_bytes
from signalcli.training.forecast import forecast as module
from signalcli.training.forecast.forecast import fit_forecaster, forecast
from signalcli.training.forecast.series import make_series

SMALL = {"units": 3, "epochs": 1, "batch_size": 64, "patience": 0}
SETTINGS = {"rnn": SMALL, "gru": SMALL | {"sequence": True}, "tree": {"n_estimators": 5}, "ar": {"p": 2}}
CUT = dt.date(2020, 12, 1)


def bars_of(values, symbol="A", start="2020-01-01"):
    dates = pd.date_range(start, periods=len(values), freq="D").astype("datetime64[us]")
    prices = dict.fromkeys(("open", "high", "low", "close"), values)
    return pd.DataFrame({"symbol": symbol, "date": dates, **prices, "volume": 1.0})


@pytest.fixture(scope="module")
def values():
    return 50 + np.cumsum(np.random.default_rng(3).normal(size=400))


def spec_of(*models, **changed):
    settings = {name: SETTINGS[name] for name in models if name in SETTINGS}
    return ForecastConfig(models, settings, **{"window": 6, "test_from": CUT, **changed})


def said_by(table, model):
    return table[table["model"] == model]["forecast"].to_numpy()


def test_every_bar_of_the_test_part_once_a_model_and_persistence_beside(values):
    table = forecast(bars_of(values), spec_of("ar", "tree"))
    assert list(table.columns) == ["symbol", "date", "model", "actual", "forecast"]
    first = np.flatnonzero(bars_of(values)["date"] == pd.Timestamp(CUT))[0]
    for model in ("ar", "tree", "persistence"):
        rows = table[table["model"] == model]
        np.testing.assert_array_equal(rows["actual"], values[first:])
        assert rows["date"].iloc[0] == pd.Timestamp(CUT)
    np.testing.assert_array_equal(said_by(table, "persistence"), values[first - 1 : -1])


def test_persistence_is_the_last_value_to_the_bit():
    wide = np.exp(np.random.default_rng(0).normal(scale=4, size=400))  # a scale and back would cost digits
    table = forecast(bars_of(wide), spec_of("persistence"))
    assert said_by(table, "persistence").tobytes() == wide[334:-1].tobytes()


def test_one_step_ahead_by_a_plain_loop(values):
    """AR(2) learnt from the training part by hand, told the two true values before each bar."""
    said = said_by(forecast(bars_of(values), spec_of("ar", window=2)), "ar")
    first = 335
    rows = [(values[t - 1], values[t - 2], 1.0) for t in range(2, first)]
    a, b, c = np.linalg.lstsq(np.array(rows), values[2:first], rcond=None)[0]
    expected = [a * values[t - 1] + b * values[t - 2] + c for t in range(first, 400)]
    np.testing.assert_allclose(said, expected, atol=1e-8)


def test_blocks_by_a_plain_loop(values):
    model = fit_forecaster(make_series(bars_of(values), spec_of("ar")).series[0], "ar", spec_of("ar"))
    said = said_by(forecast(bars_of(values), spec_of("ar", block=25)), "ar")
    expected = []
    for start in range(335, 400, 25):
        past = list(values[start - 6 : start])
        for _ in range(min(25, 400 - start)):
            past.append(float(model.predict(np.array(past[-6:])[np.newaxis])[0]))
        expected += past[6:]
    np.testing.assert_allclose(said, expected, rtol=1e-12)


@pytest.fixture(scope="module")
def generated(values):
    return forecast(bars_of(values), spec_of("ar", "rnn", "gru", "tree", steps=40))


@pytest.mark.parametrize("model", ["ar", "rnn", "gru", "tree", "persistence"])
def test_generation_sees_no_actual_value_after_its_start(values, generated, model):
    changed = values.copy()
    changed[335:] = 1000 + np.arange(65) ** 2
    again = forecast(bars_of(changed), spec_of(model, steps=40))
    assert said_by(again, model).tobytes() == said_by(generated, model).tobytes()
    assert not np.array_equal(again["actual"], generated["actual"])


def test_a_block_sees_no_actual_value_after_its_start(values):
    changed = values.copy()
    changed[360:] += 50  # the second block of 25 starts here
    before, after = (said_by(forecast(bars_of(v), spec_of("ar", block=25)), "ar") for v in (values, changed))
    assert before[:50].tobytes() == after[:50].tobytes()
    assert (before[50:] != after[50:]).all()


@pytest.mark.parametrize("scale", ["minmax", "standard", "window", "none"])
def test_no_row_of_the_test_part_touches_scale_or_model(values, scale):
    config = spec_of("tree", scale=scale)
    changed = values.copy()
    changed[335:] *= 10
    one, two = (
        fit_forecaster(make_series(bars_of(v), config).series[0], "tree", config) for v in (values, changed)
    )
    assert one.scaling == two.scaling
    windows = values[:330].reshape(-1, 6)
    assert one.predict(windows).tobytes() == two.predict(windows).tobytes()
    assert (
        one.estimator.booster_.booster_.model_to_string() == two.estimator.booster_.booster_.model_to_string()
    )
    changed[100] += 500  # or this test sees nothing at all
    other = fit_forecaster(make_series(bars_of(changed), config).series[0], "tree", config)
    assert other.predict(windows).tobytes() != one.predict(windows).tobytes()


def test_the_weights_of_a_network_know_no_row_of_the_test_part(values):
    changed = values.copy()
    changed[335:] += 30
    config = spec_of("rnn")
    one, two = (
        fit_forecaster(make_series(bars_of(v), config).series[0], "rnn", config) for v in (values, changed)
    )
    assert [a.tobytes() for a in one.estimator.weights_] == [a.tobytes() for a in two.estimator.weights_]


def test_generation_from_zeros_starts_at_zero_of_the_scale(values):
    zeros = {"start": "zeros", "steps": 3}
    raw = forecast(bars_of(values), spec_of("ar", scale="none", **zeros))
    assert (said_by(raw, "persistence") == 0).all()
    scaled = forecast(bars_of(values), spec_of("ar", scale="minmax", **zeros))
    assert (said_by(scaled, "persistence") == values[:335].min()).all()


def test_steps_go_on_behind_the_last_bar(values):
    table = forecast(bars_of(values), spec_of("ar", test_from=dt.date(2021, 2, 2), steps=5))
    rows = table[table["model"] == "ar"]
    assert [f"{d:%m-%d}" for d in rows["date"]] == ["02-02", "02-03", "02-04", "02-05", "02-06"]
    np.testing.assert_array_equal(rows["actual"].isna(), [False, False, True, True, True])
    assert rows["forecast"].notna().all()


def test_a_share_without_a_date_and_a_model_a_symbol(values):
    both = pd.concat([bars_of(values, "A"), bars_of(values[::-1] + 9, "B")], ignore_index=True)
    table = forecast(both, spec_of("ar", test_from=None, test_share=0.1))
    assert table.groupby("symbol").size().to_dict() == {"A": 80, "B": 80}
    alone = forecast(bars_of(values, "A"), spec_of("ar", test_from=None, test_share=0.1))
    pd.testing.assert_frame_equal(table[table["symbol"] == "A"], alone)


def test_another_column_is_forecast(values):
    bars = bars_of(values).assign(high=values + 7)
    table = forecast(bars, spec_of("ar", column="high"))
    assert table["actual"].iloc[0] == values[335] + 7


def test_many_to_many_learns_every_bar_and_says_the_last(values):
    config = spec_of("gru")
    model = fit_forecaster(make_series(bars_of(values), config).series[0], "gru", config)
    windows = values[:60].reshape(10, 6)
    every = model.estimator.predict(model.scaling.scale(windows, windows))
    assert every.shape == (10, 6)
    np.testing.assert_allclose(model.predict(windows), model.scaling.unscale(windows, every[:, -1]))


@pytest.mark.slow
def test_processes_give_the_same_bytes(values):
    bars = bars_of(values)
    pd.testing.assert_frame_equal(
        forecast(bars, spec_of("ar", "tree")), forecast(bars, spec_of("ar", "tree"), jobs=2)
    )


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"test_from": dt.date(2020, 1, 8)}, DataError, "DATA-FEW"),
        ({"test_from": dt.date(2022, 1, 1)}, DataError, "DATA-FEW"),
        ({"window": 390}, DataError, "DATA-FEW"),
        ({"column": "clsoe"}, UsageError, "FORECAST-COLUMN"),
        ({"column": "symbol"}, UsageError, "FORECAST-COLUMN"),
        ({"models": ("lsmt",)}, UsageError, "MODEL-UNKNOWN"),
        ({"settings": {"ar": {"q": 1}}}, UsageError, "MODEL-PARAM"),
        ({"settings": {"ar": {"p": 50}}}, UsageError, "MODEL-PARAM"),
        ({"models": ("rnn",), "settings": {"rnn": {"channels": 2}}}, UsageError, "MODEL-PARAM"),
        ({"models": ("rnn",), "settings": {"rnn": {"cell": "gru"}}}, UsageError, "MODEL-PARAM"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(values, changed, error, code):
    with pytest.raises(error) as raised:
        forecast(
            bars_of(values), ForecastConfig(**{"models": ("ar",), "window": 6, "test_from": CUT, **changed})
        )
    assert raised.value.code == code


def test_holes_and_zeros_are_named(values):
    holed = bars_of(values).assign(close=np.where(np.arange(400) == 7, np.nan, values))
    with pytest.raises(DataError, match="close is unknown in 1 of 400 bars"):
        forecast(holed, spec_of("ar"))
    with pytest.raises(DataError, match="values of 0 or below"):
        forecast(bars_of(values).assign(volume=0.0), spec_of("tree", column="volume", scale="window"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"models": ()},
        {"window": 0},
        {"scale": "robust"},
        {"test_share": 1.0},
        {"steps": 0},
        {"block": 0},
        {"block": 2, "steps": 2},
        {"start": "zeros"},
        {"start": "zeros", "steps": 2, "scale": "window"},
        {"settings": {"lsmt": {}}},
    ],
    ids=str,
)
def test_a_spec_that_contradicts_itself(wrong):
    with pytest.raises(UsageError):
        ForecastConfig(**wrong)


def test_another_seed_says_something_else(values):
    config = spec_of("tree", random_state=1)
    assert not np.array_equal(
        said_by(forecast(bars_of(values), config), "tree"),
        said_by(forecast(bars_of(values), spec_of("tree")), "tree"),
    )


@pytest.mark.parametrize("scale", ["returns", "differences"])
@pytest.mark.parametrize("model", ["rnn", "gru"])
def test_an_untrained_network_of_changes_stays_near_the_last_value(values, scale, model):
    """Its output is about one standard deviation of a change."""
    settings = {model: SETTINGS[model] | {"learning_rate": 0.0}}
    config = ForecastConfig((model,), settings, window=6, test_from=CUT, scale=scale)
    table = forecast(bars_of(values), config)
    last = said_by(table, "persistence")
    assert np.abs(said_by(table, model) - last).max() < 6 * np.std(np.diff(values[:335]))


def test_changes_know_nothing_of_the_test_part(values):
    changed = values.copy()
    changed[335:] *= 3
    config = spec_of("gru", scale="returns")
    fits = [
        fit_forecaster(make_series(bars_of(v), config).series[0], "gru", config) for v in (values, changed)
    ]
    assert fits[0].scaling == fits[1].scaling
    for a, b in zip(*(fit.estimator.weights_ for fit in fits), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scale": "returns", "window": 1}, "--window 1"),
        ({"scale": "returns", "steps": 5, "start": "zeros"}, "left out with --scale returns"),
        ({"scale": "differences", "steps": 5, "start": "zeros"}, "left out with --scale differences"),
    ],
)
def test_changes_need_a_bar_before_the_last(changed, words):
    with pytest.raises(UsageError, match=words):
        spec_of("gru", **changed)


def test_returns_of_values_at_zero_are_refused_and_differences_are_not(values):
    with pytest.raises(DataError, match="--scale returns divides"):
        forecast(bars_of(values - values.min()), spec_of("gru", scale="returns"))
    assert np.isfinite(
        said_by(forecast(bars_of(values - 50), spec_of("gru", scale="differences")), "gru")
    ).all()


def test_no_step_behind_the_last_bar_is_computed(monkeypatch):
    asked = []
    plain = module.forecast_recursively
    monkeypatch.setattr(
        module, "forecast_recursively", lambda p, w, steps: asked.append(steps) or plain(p, w, steps)
    )
    bars = to_bytes(random_bars(100), "csv")
    long = run("forecast - --model ar --window 5 --block 100000", bars)
    tested = len({row.split(",")[1] for row in long.splitlines()[1:]})
    assert set(asked) == {tested}
    assert run(f"forecast - --model ar --window 5 --block {tested}", bars) == long
