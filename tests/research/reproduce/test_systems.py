"""Each reproduced system with small settings, and its numbers computed in another way."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.errors import DataError, UsageError
from signalcli.research.reproduce import ibm as ibm_system
from signalcli.research.reproduce import stateful, wave
from signalcli.research.reproduce.reproduction import to_table
from signalcli.research.reproduce.settings import IbmConfig, WaveConfig, with_settings
from signalcli.research.reproduce.systems import SYSTEMS, list_systems, reproduce
from signalcli.training.forecast.forecast import fit_forecaster

SMALL_WAVE = {"iterations": 100, "units": 16, "fresh": 50}
SMALL_IBM = {"epochs": 1, "return_epochs": 1, "units": 4, "layers": 1, "window": 10}


def outcome(name, *cells, bars=None, seed=0, **settings):
    return reproduce(name, cells, settings, bars, seed)


def one(results, variant, measure):
    (row,) = [row for row in results.rows if row.variant == variant and row.measure.startswith(measure)]
    return row


def test_the_wave_satisfies_its_recursion():
    """(1 - 2 cos .1 L + L²)² (1 - 2 cos .5 L + L²), multiplied out by NumPy."""
    slow, fast = np.array([1, -2 * np.cos(0.1), 1]), np.array([1, -2 * np.cos(0.5), 1])
    recursion = np.convolve(np.convolve(slow, slow), fast)
    y = wave.full_wave()
    assert len(y) == 301
    residual = [recursion @ y[t - 6 : t + 1][::-1] for t in range(6, len(y))]
    np.testing.assert_allclose(residual, 0, atol=1e-10)


def test_the_plain_model_follows_the_wave_to_its_end():
    results = outcome("wave", "ar")
    assert one(results, "ar", "largest error one step").ours <= 1e-10
    fed = one(results, "ar", "largest error 281 steps fed back")
    assert fed.ours <= 1e-6
    assert fed.naive == pytest.approx(np.abs(wave.full_wave()[20:] - wave.full_wave()[19]).max())


def test_too_small_an_order_does_not():
    assert one(outcome("wave", "ar", order=5), "ar", "largest error one step").ours > 1e-4


def test_windows_are_drawn_from_all_of_the_wave_and_no_further():
    windows = wave.random_windows(3000, 21, np.random.default_rng(0))
    highest = np.abs(wave.wave(np.linspace(0, wave.END, 300_001))).max()
    assert windows.shape == (3000, 21)
    assert np.abs(windows).max() <= highest + 1e-9
    assert np.abs(windows).max() > 0.99 * highest, "which lies at the end"
    assert np.abs(windows[:, 0]).min() < 0.1


def test_a_small_network_learns_something_of_the_wave_and_does_so_again():
    results, again = (outcome("wave", "rnn", **SMALL_WAVE) for _ in range(2))
    row = one(results, "rnn", "mse one step")
    assert row.published == 0.0431
    assert row.ours < 12
    assert 0.4 < row.naive < 0.9
    fed = one(results, "rnn", "rmse 281 steps fed back")
    assert fed.naive == pytest.approx(np.sqrt(np.mean((wave.full_wave()[20:] - wave.full_wave()[19]) ** 2)))
    assert [row.ours for row in results.rows] == [row.ours for row in again.rows]


@pytest.fixture(scope="module")
def stock():
    return random_bars(500, symbol="IBM", start="2011-02-01")


def test_a_stock_is_tested_from_the_last_whole_year_on(stock):
    results = outcome("ibm", "gru", bars=stock, **SMALL_IBM)
    high = stock["high"].to_numpy()
    train = int((stock["date"] < "2012-01-01").sum())
    assert stock["date"].iloc[-1].year == 2012
    assert stock["date"].iloc[-1].month == 12
    naive = np.sqrt(np.mean((high[train:] - high[train - 1 : -1]) ** 2))
    for model in ("gru", "ar", "persistence"):
        row = one(results, model, "rmse one day")
        assert np.isfinite(row.ours)
        assert row.naive == pytest.approx(naive)
        assert np.isnan(row.published), "published of the highs of 2017"
    assert one(results, "persistence", "rmse one day").ours == pytest.approx(naive)
    assert one(results, "data", "share").ours == np.mean(high[train:] > high[:train].max())
    fed = one(results, "gru", "rmse 251 days fed back")
    truth = high[train : train + 251]
    assert fed.naive == pytest.approx(np.sqrt(np.mean((truth - high[train - 1]) ** 2)))


def test_the_sample_ends_in_a_spring_so_its_last_whole_year_is_the_one_before(ibm):
    assert ibm_system._test_start(IbmConfig(), ibm) == dt.date(2012, 1, 1)


def test_a_network_on_returns_starts_from_persistence(stock):
    """With a learning rate near 0 it says a fraction of a return: the error is hardly that of persistence."""
    results = outcome("ibm", "lstm", bars=stock, **SMALL_IBM)
    on_prices, on_returns = (one(results, v, "rmse one day") for v in ("lstm", "lstm on returns"))
    assert np.isnan(on_returns.published)
    assert on_returns.ours == pytest.approx(on_returns.naive, rel=0.2)
    assert on_prices.ours > on_returns.ours


def test_a_day_counts_when_its_high_is_known(tmp_path, stock):
    """Two highs of the test year are known without an open or a low, one is missing."""
    year = stock.index[stock["date"] >= "2012-01-01"]
    holes = stock.copy()
    holes.loc[year[5], ["open", "low"]] = np.nan
    holes.loc[year[9], "close"] = 0.0
    holes.loc[year[20], "high"] = np.nan
    holes.to_csv(tmp_path / "IBM.csv", index=False)
    settings = " ".join(f"--set {name}={value}" for name, value in SMALL_IBM.items())
    result = run(f"reproduce ibm --data {tmp_path}/IBM.csv --cell gru {settings} -f jsonl")
    rows = [json.loads(line) for line in result.splitlines()]
    (persistence,) = [row for row in rows if row["variant"] == "persistence"]
    high = stock["high"].drop(year[20]).to_numpy()
    train = len(stock) - len(year)
    assert persistence["ours"] == pytest.approx(np.sqrt(np.mean(np.diff(high)[train - 1 :] ** 2)))
    assert "1 of 500 rows" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_ar1_of_the_highs_is_least_squares(stock):
    results = one(outcome("ibm", "gru", bars=stock, **SMALL_IBM), "ar", "rmse one day")
    high = stock["high"].to_numpy()
    train = int((stock["date"] < "2012-01-01").sum())
    # Rows are windows of ten, so the first nine highs are never the newest of one.
    slope, constant = np.polyfit(high[9 : train - 1], high[10:train], 1)
    forecast = constant + slope * high[train - 1 : -1]
    assert results.ours == pytest.approx(np.sqrt(np.mean((forecast - high[train:]) ** 2)), rel=1e-6)


def test_published_figures_stand_beside_the_year_they_are_of(stock):
    moved = stock.assign(date=stock["date"] + pd.DateOffset(years=5))
    results = outcome("ibm", "gru", bars=moved, **SMALL_IBM)
    assert one(results, "gru", "rmse one day").published == 1.571
    assert one(results, "persistence", "rmse one day").published == 1.539


def test_the_test_part_can_be_set_and_networks_do_not_see_it(stock):
    changed = stock.copy()
    late = changed["date"] >= "2012-06-01"
    changed.loc[late, ["open", "high", "low", "close"]] *= 3
    config = ibm_system._forecast_config(IbmConfig(test_from="2012-06-01", **SMALL_IBM), ("gru",), 0, stock)
    fits = [
        fit_forecaster(ibm_system.make_series(bars, config).series[0], "gru", config)
        for bars in (stock, changed)
    ]
    for a, b in zip(*(fit.estimator.weights_ for fit in fits), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(UsageError, match=r"ibm\.test_from=soon: must be a date"):
        outcome("ibm", "gru", bars=stock, test_from="soon", **SMALL_IBM)


def test_of_several_symbols_ibm_is_taken_and_none_is_guessed(stock):
    others = pd.concat([random_bars(50, symbol=name) for name in ("AAA", "BBB")])
    assert len(ibm_system.select_symbol(pd.concat([others, stock]))) == len(stock)
    assert len(ibm_system.select_symbol(random_bars(50, symbol="AAA"))) == 50
    with pytest.raises(DataError, match="2 symbols and no IBM"):
        ibm_system.select_symbol(others)


def test_digits_are_read_row_by_row():
    results = one(outcome("digits", "gru", epochs=2, units=8, learning_rate=0.05), "gru", "accuracy")
    assert results.ours > 0.2
    assert results.naive == pytest.approx(0.1, abs=0.01)


def test_weights_are_those_that_keras_counts():
    from signalcli.models.neural.architecture import Network
    from signalcli.models.neural.keras_model import build_model
    from signalcli.research.reproduce.weights import LAYERS

    results = outcome("weights")
    assert [row.ours for row in results.rows] == [12, 28, 10_301, 40_901, 31_001]
    assert all(row.ours == row.published for row in results.rows)
    for cell, published in LAYERS.items():
        assert build_model(Network(cell, 20, 1, 1, (100,))).count_params() == published


def test_a_carried_state_is_a_longer_window():
    results = stateful._check_carried_state(0)
    assert results.ours < 1e-6 < 0.01 < results.naive


@pytest.mark.slow
def test_a_carried_state_is_worth_something():
    worth = outcome("stateful").rows[1]
    assert worth.ours < 0.1 < 0.65 < worth.naive


def test_the_two_batches_are_the_minutes_that_were_published():
    from signalcli.data.sources.synthetic import synthetic_bars

    bars = synthetic_bars("walk", rows=48, start="2018-06-22", interval="1m")
    assert f"{bars['date'].iloc[34]:%Y-%m-%d %H:%M}" == "2018-06-22 15:04"
    assert f"{bars['date'].iloc[47]:%H:%M}" == "15:17"
    batches = stateful.two_batches(0)
    assert batches.shape == (2, 7, 1, 4)
    closes = bars["close"].to_numpy()[34:]
    assert np.corrcoef(batches[..., 3].ravel(), closes)[0, 1] == pytest.approx(1)


CELLS = [pytest.param("rnn"), *(pytest.param(cell, marks=pytest.mark.slow) for cell in ("lstm", "gru"))]


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_by_hand_by_the_framework_and_by_small_steps(cell):
    *expression, checked = outcome("backprop", cell).rows
    assert [row.ours for row in expression] == [row.published for row in expression] == [12, 16, 8]
    assert 0 < checked.ours < 1e-3


def shares(*cells):
    results = outcome("gradients", *cells, rows=40, window=30, units=16).rows
    return {(row.variant, row.measure.rpartition(" ")[2]): row.ours for row in results}


def test_a_simple_cell_with_a_small_start_forgets():
    results = shares("rnn")
    assert results["rnn", "orthogonal"] > 1e3 * results["rnn", "random_normal"]


@pytest.mark.slow
def test_an_lstm_with_a_small_start_does_not():
    results = shares("rnn", "lstm")
    assert results["rnn", "random_normal"] < 1e-3 * results["lstm", "random_normal"]


# ---- the command


def test_the_list_names_every_system_and_setting():
    rows = [json.loads(line) for line in run("reproduce list --format jsonl").splitlines()]
    assert [row["system"] for row in rows] == list(SYSTEMS)
    assert "iterations=1500" in rows[0]["settings"]
    assert rows == list_systems()


def test_the_table_has_published_ours_naive_and_seconds():
    lines = run("reproduce weights").splitlines()
    assert lines[0] == (
        "system,variant,measure,published,ours,ours_sd,keras,keras_sd,naive,seeds,seconds,meaning"
    )
    assert lines[1].startswith("weights,mlp,weights,12,12,,,,,1,")
    assert "10301" in run("reproduce weights --format table")


def test_a_file_of_another_layout_with_a_row_of_nothing_will_do(tmp_path, stock):
    """As it comes from a data competition: other names, newest year with a hole."""
    names = ["date", "open", "high", "low", "close", "volume"]
    other = stock[names].rename(columns=str.capitalize).assign(Name="IBM")
    hole = int((stock["date"] < "2012-07-01").sum())
    other.loc[hole, ["Open", "High", "Low", "Close", "Volume"]] = np.nan
    other.to_csv(tmp_path / "IBM.csv", index=False)
    settings = " ".join(f"--set {name}={value}" for name, value in SMALL_IBM.items())
    picture = tmp_path / "ibm.svg"
    result = run(f"reproduce ibm --data {tmp_path}/IBM.csv --cell gru {settings} --plot {picture} -f jsonl")
    rows = [json.loads(line) for line in result.splitlines()]
    variants = ["gru", "gru", "gru on returns", "gru on returns", "ar", "ar", "persistence", "data"]
    assert [row["variant"] for row in rows] == variants
    assert all(np.isfinite(row["ours"]) for row in rows)
    assert "1 of 500 rows" in result.stderr
    assert picture.read_bytes().startswith(b"<?xml")


def test_a_page_has_a_table_and_a_picture_a_system(tmp_path):
    page = tmp_path / "pages" / "results.md"
    page.parent.mkdir()
    run(f"reproduce wave --cell ar --page {page}")
    text = page.read_text()
    assert "| ar | largest error one step |  | " in text
    assert "random seeds" not in text
    assert "![wave](results/wave.png)" in text
    assert (tmp_path / "pages" / "results" / "wave.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in page.parent.iterdir()) == ["results", "results.md"]
    run(f"reproduce weights --page {page}")
    both = page.read_text()
    assert both.startswith(text), "a section stays while another one is written"
    assert both[len(text) :].startswith("\n## weights\n")
    run(f"reproduce wave --cell ar --set window=25 --page {page}")
    assert page.read_text().endswith(both[len(text) :])
    assert "276 steps" in page.read_text()
    assert page.read_text().count("## wave") == 1


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("wafe", "REPRODUCE-NAME", "did you mean wave?"),
        ("wave --cell lstn", "REPRODUCE-CELL", "wave has rnn, lstm, gru, ar"),
        ("weights --cell rnn", "REPRODUCE-CELL", "weights has none"),
        ("wave --set iteration=5", "OPTION-VALUE", "wave.iteration: no such setting; it has iterations"),
        (
            "wave --set iterations=0",
            "OPTION-VALUE",
            "wave.iterations=0: must be a whole number",
        ),
        ("wave --set iterations=2.5", "OPTION-VALUE", "a whole number"),
        ("ibm --set dropout=1", "OPTION-VALUE", "below 1"),
        ("ibm --set column=5", "OPTION-VALUE", "ibm.column=5: must be text"),
        ("ibm --set recurrent_activation=5", "OPTION-VALUE", "must be text"),
        ("ibm --set column=hihg", "FORECAST-COLUMN", "did you mean high?"),
        ("ibm --set window=1", "OPTION-VALUE", "2 or more"),
        ("wave --seeds 0", "OPTION-VALUE", "--seeds"),
        ("weights --plot a.svg", "PLOT-SYSTEM", "it has no figure"),
        ("all --plot a.svg", "PLOT-SYSTEM", "use --page"),
        ("wave --plot a.gif", "PLOT-FORMAT", "must end in .png or .svg"),
        ("weights --set wave.units=5", "OPTION-VALUE", "wave"),
        ("wave --data a.csv", "OPTION-VALUE", "only ibm reads bars"),
    ],
)
def test_invalid_options_are_one_line(options, code, words):
    stderr = run(f"reproduce {options}", status=2).stderr
    assert f"error[{code}]" in stderr
    assert words in stderr


def test_a_missing_file_is_no_input(tmp_path):
    assert "INPUT-OPEN" in run(f"reproduce ibm --data {tmp_path}/none.csv", status=66).stderr


def test_settings_keep_their_kinds():
    assert with_settings(WaveConfig(), "wave", {"learning_rate": 0.01}).learning_rate == 0.01
    with pytest.raises(UsageError):
        with_settings(WaveConfig(), "wave", {"learning_rate": "fast"})
    assert with_settings(IbmConfig(), "ibm", {"test_from": "2017-01-01", "column": "close"}).column == "close"


def test_the_table_of_several_systems():
    results = to_table({"weights": outcome("weights"), "wave": outcome("wave", "ar")})
    assert results["system"].tolist() == ["weights"] * 5 + ["wave"] * 2


# ---- the published figures


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "most"), [("rnn", 0.047), ("lstm", 0.045), ("gru", 0.046)])
def test_networks_come_as_near_to_the_wave_as_published(cell, most):
    assert one(outcome("wave", cell), cell, "mse one step").ours <= most


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_digits_are_named_as_well_as_published(cell):
    assert one(outcome("digits", cell), cell, "accuracy").ours >= 0.96


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_four_layers_on_the_sample_are_finite_and_persistence_stands_beside(cell, ibm):
    results = outcome("ibm", cell, bars=ibm)
    for model in (cell, "ar", "persistence"):
        assert 0 < one(results, model, "rmse one day").ours < 50
