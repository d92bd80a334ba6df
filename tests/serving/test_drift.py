"""Drift: silent where nothing has changed, loud where something has, and right by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2
from scipy.stats import f as chance

from saved_models import saved
from shell import run
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.io.tables import to_bytes as csv
from signalcli.serving.bundle.load import load
from signalcli.serving.bundle.training_distribution import (
    LENGTHS,
    P_UP,
    Distribution,
    Sample,
    from_bytes,
    measure_distribution,
    psi,
    shares_in,
    to_bytes,
)
from signalcli.serving.drift import (
    _accuracy,
    _by_symbol,
    _differ,
    _error,
    _feature_drift,
    _limits,
    drift,
    index_limit,
)
from signalcli.serving.predict import predict


def sample(values: np.ndarray) -> Sample:
    """One column of one symbol."""
    return Sample(values[:, None], np.zeros(len(values)))


def test_the_index_by_hand():
    """Two bins, 60/40 live beside 50/50: half a row more in each."""
    live, training = np.array([6.0, 4.0]), np.array([50.0, 50.0])
    a, b = 6.5 / 11, 0.5
    wanted = (a - b) * np.log(a / b) + ((1 - a) - (1 - b)) * np.log((1 - a) / (1 - b))
    assert psi(live, training) == pytest.approx(wanted, rel=1e-12)
    assert psi(training, training) == 0.0
    used, unused = (
        psi(np.array([3.0, 5]), np.array([5.0, 3])),
        psi(np.array([3.0, 0, 5]), np.array([5.0, 0, 3])),
    )
    assert used == unused  # a bin that nobody uses is none


def test_the_stretches_by_hand():
    """Six rows in two bins, 0 0 1 1 1 0: each row, then each two in a row, against the others."""
    values = np.array([0.0, 0, 1, 1, 1, 0])
    made = measure_distribution(["x"], sample(values), sample(values))
    one = [psi(np.array(a), np.array(b)) for a, b in [([1, 0], [2, 3]), ([0, 1], [3, 2])] for _ in range(3)]
    pairs = [([2, 0], [1, 3]), ([1, 1], [2, 2]), ([0, 2], [3, 1]), ([0, 2], [3, 1]), ([1, 1], [2, 2])]
    two = [psi(np.array(a), np.array(b)) for a, b in pairs]
    assert made.means[0][:2] == pytest.approx([np.mean(one), np.mean(two)], rel=1e-12)
    assert made.sds[0][:2] == pytest.approx([np.std(one), np.std(two)], rel=1e-12)
    assert (made.means[0][2:] == made.means[0][1]).all()  # four rows are more than half of six


def test_a_stretch_does_not_cross_two_symbols():
    """Row by row one symbol is low and the other high, so a pair is never one of each."""
    values, symbols = np.array([0.0, 1, 0, 1, 0, 1, 0, 1]), np.array(["a", "b"] * 4)
    made = measure_distribution(["x"], Sample(values[:, None], symbols), sample(values))
    pure = psi(np.array([2, 0]), np.array([2, 4]))
    assert made.means[0][1] == pytest.approx(pure, rel=1e-12)
    assert made.sds[0][1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("rows", "memory"), [(60, 1), (250, 1), (60, 20), (250, 20)])
def test_the_limit_holds_where_nothing_has_changed(rows, memory):
    """Of 300 samples about one in twenty exceeds the 5 % limit, however long the feature remembers."""
    rng = np.random.default_rng(rows + memory)
    exceeded = 0
    for _ in range(300):
        training = np.convolve(rng.normal(size=3000 + memory - 1), np.ones(memory), "valid")
        live = np.convolve(rng.normal(size=rows + memory - 1), np.ones(memory), "valid")
        made = measure_distribution(["x"], sample(training), sample(training))
        index = psi(shares_in(made.bounds[0], live) * rows, made.shares[0] * 3000)
        exceeded += index > index_limit(rows, made.means[0], made.sds[0], 3000, 3000, 0.05)
    assert exceeded / 300 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_the_limit_of_independent_rows_is_that_of_chi_squared():
    training = np.random.default_rng(3).normal(size=20_000)
    made = measure_distribution(["x"], sample(training), sample(training))
    for rows in (100, 1000):
        found = index_limit(rows, made.means[0], made.sds[0], 20_000, 20_000, 0.05)
        assert found == pytest.approx(chi2.isf(0.05, 9) * (1 / rows + 1 / 20_000), rel=0.15)


def test_p_up_comes_from_a_further_model():
    """A hundred stretches of three models are three, of which one is the one that is asked about."""
    means = sds = np.full(len(LENGTHS), 0.5)
    limit = index_limit(4, means, sds, 400, 400, 0.01, models=3)
    assert limit == pytest.approx(0.5 * chance.isf(0.01, 2, 4), rel=0.02)
    assert limit > 3 * index_limit(4, means, sds, 400, 400, 0.01)


def test_the_limit_of_few_stretches_is_high():
    """The same index and deviation, known from 100 or from 10 rows."""
    means = sds = np.full(len(LENGTHS), 0.5)
    assert index_limit(4, means, sds, 10, 10, 0.01) > 3 * index_limit(4, means, sds, 100, 100, 0.01)


def test_the_reference_reads_back_and_has_deciles():
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=1000), rng.integers(0, 5, 1000)])
    made = measure_distribution(["noise", "weekday"], Sample(X, np.zeros(1000)), sample(rng.uniform(size=40)))
    again = from_bytes(to_bytes(made), ["noise", "weekday"])
    assert again.columns == ["noise", "weekday", P_UP]
    for name in ("models", "bounds", "shares", "means", "sds"):
        np.testing.assert_array_equal(getattr(again, name), getattr(made, name))
    np.testing.assert_allclose(made.shares[0], 0.1, atol=1e-12)
    np.testing.assert_allclose(made.shares.sum(axis=1), 1.0)
    np.testing.assert_array_equal(made.rows, [1000, 1000, 40])


def flag_index(training: np.ndarray, live: np.ndarray) -> float:
    """Index of live values of a column, by the bins of its training values."""
    made = measure_distribution(["flag"], sample(training), sample(np.linspace(0, 1, 20)))
    bounds, shares = made.bounds[0], made.shares[0]
    return float(psi(shares_in(bounds, live) * len(live), shares * len(training)))


def test_what_is_rare_above_a_usual_value_has_a_bin_of_its_own():
    """A flag of 5 % that is set in half of 100 live rows: 50.5 of 101 beside 50.5 and 950.5 of 1,001."""
    flag = (np.arange(1000) % 20 == 0).astype("float64")
    found = flag_index(flag, np.repeat([0.0, 1.0], 50))
    rare, usual = 50.5 / 1001, 950.5 / 1001
    assert found == pytest.approx((0.5 - rare) * np.log(0.5 / rare) + (0.5 - usual) * np.log(0.5 / usual))
    assert flag_index(-flag, np.repeat([0.0, -1.0], 50)) == pytest.approx(found), "as below"
    assert flag_index(1 - flag, np.repeat([0.0, 1.0], 50)) == pytest.approx(found)


def test_values_above_and_below_the_only_one_have_drifted():
    constant = np.full(200, 3.0)
    assert flag_index(constant, np.full(50, 3.0)) == 0
    assert flag_index(constant, np.full(50, 4.0)) == flag_index(constant, np.full(50, 2.0)) > 1


def test_a_value_of_one_row_in_four_has_a_bin():
    """Uniform beside a quarter of zeros: shares of zero, of what is below and of what is above."""
    values = np.concatenate([np.zeros(50), np.linspace(-1, 1, 150)])
    made = measure_distribution(["x"], sample(values), sample(values))
    at = int(np.searchsorted(made.bounds[0], 0.0, side="right"))
    assert made.shares[0][at] == pytest.approx(50 / 200)
    assert made.shares[0][:at].sum() == pytest.approx(75 / 200)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load(saved(tmp_path_factory.mktemp("drift") / "m", "logistic"))


def the_same_walk(rows=400, noise=1.0):
    bars = synthetic_bars("ar1", rows=rows, seed=77, phi=0.3)
    prices = ["open", "high", "low", "close"]
    return bars.assign(**{c: 100.0 * (bars[c] / 100.0) ** noise for c in prices})


def test_quick_features_of_the_same_process_have_not_drifted(bundle):
    bars = the_same_walk()
    found = drift([bundle], predict([bundle], bars, every=True), bars).set_index("name")
    assert not found.loc["ret_lag0", "drifted"]
    assert len(found) == len(bundle.manifest.columns) + 2
    hits = found.loc["direction"]
    assert hits["low"] < hits["value"] < hits["high"]
    assert hits["rows"] > 300


def test_a_wilder_market_is_seen(bundle):
    bars = the_same_walk(noise=4.0)
    found = drift([bundle], predict([bundle], bars, every=True), bars).set_index("name")
    assert found.loc["ret_lag0", "drifted"]
    assert found.loc["ret_lag0", "value"] > 3 * found.loc["ret_lag0", "high"]
    assert found["value"].iloc[0] >= found["value"].iloc[5]  # the most changed first


def test_other_models_and_symbols_are_left_out(bundle):
    bars = the_same_walk()
    signals = predict([bundle], bars, every=True)
    assert drift([bundle], signals.assign(model="tree"), bars).empty
    assert drift([bundle], signals.assign(symbol="other"), bars.assign(symbol="other")).empty


def test_at_the_command_line(tmp_path, bundle):
    bars = the_same_walk()
    (tmp_path / "bars.csv").write_bytes(csv(bars, "csv"))
    run(f"predict --model {bundle.folder} {tmp_path / 'bars.csv'} --all -o {tmp_path / 's.csv'}")
    line = f"score {tmp_path / 's.csv'} --bars {tmp_path / 'bars.csv'}"
    table = run(f"{line} --model {bundle.folder} --drift -").splitlines()
    assert table[0] == "symbol,model,measure,name,rows,value,low,high,training,drifted"
    assert table[-1].split(",")[2] == "hit_rate"
    metrics = run(f"{line} --model {bundle.folder} --drift {tmp_path / 'd.csv'}")
    assert metrics == run(line)
    assert (tmp_path / "d.csv").read_text().splitlines() == table
    assert "used with --model" in run(f"{line} --drift -", status=2).stderr


def scores(rate: float, rows: int, low: float, high: float) -> dict[str, float]:
    return {"rows": rows, "hit_rate": rate, "hit_rate_low": low, "hit_rate_high": high}


def test_two_hit_rates_by_hand():
    """400 rows each: errors of .025 make .03536 together, 1.97 of which are the limit at 5 %."""
    training = scores(0.55, 400, 0.501, 0.599)
    for distance, drifted in ((0.069, False), (0.070, True)):
        live = scores(0.55 - distance, 400, 0.501 - distance, 0.599 - distance)
        assert _differ(live, training, 1, 0.05) == drifted
    # an interval that is narrower than that of independent rows is not believed; a wider one is
    narrow, wide = scores(0.484, 400, 0.483, 0.485), scores(0.47, 400, 0.37, 0.57)
    assert not _differ(narrow, training, 1, 0.05)
    assert not _differ(wide, training, 1, 0.05)
    assert not _differ(scores(0.1, 400, 0.1, 0.1), {"hit_rate": 0.5}, 1, 0.05)


def test_few_labels_that_do_not_overlap_make_a_wide_limit():
    """Ten rows with a horizon of five are two labels: one degree of freedom."""
    training, live = scores(0.55, 1000, 0.52, 0.58), scores(0.1, 10, 0.0, 0.4)
    assert _differ(live, training, 1, 0.05)
    assert not _differ(live, training, 5, 0.05)


# ---- limits by hand


def means_of(*per_row: float, count: int = 100) -> np.ndarray:
    """Mean indices of stretches of 1, 2, 4, … rows: so many times the index of independent rows."""
    lengths = LENGTHS[: len(per_row)]
    means = np.array(per_row) * (1 / lengths + 1 / (count - lengths))
    return np.concatenate([means, np.full(len(LENGTHS) - len(means), means[-1])])


def test_the_limit_where_the_index_per_row_has_settled():
    """From stretches of two on it is 2: of 16 dates these are 8, and deviations equal to the means are two
    degrees of freedom."""
    means = means_of(1, 2, 2, 2)
    wanted = 2 * (1 / 4 + 1 / 100)
    assert index_limit(4, means, means, 100, 16, 0.05) == pytest.approx(wanted * chance.isf(0.05, 2, 2 * 7))
    assert index_limit(4, means, means, 100, 16, 0.05, 3) == pytest.approx(
        wanted * chance.isf(0.05, 2, 2 * 2)
    )
    assert index_limit(4, means, means, 100, 16, 0.05, 1) == pytest.approx(
        wanted * chance.isf(0.05, 2, 2 * 1)
    )
    halved = index_limit(4, means, means / 2, 100, 16, 0.05)
    assert halved == pytest.approx(wanted * chance.isf(0.05, 8, 8 * 7)), "2 · 2² degrees of freedom"
    sure = index_limit(4, means, means / 9, 100, 16, 0.05)
    assert sure == pytest.approx(wanted * chance.isf(0.05, 9, 9 * 7)), "ten bins have nine at most"
    none = index_limit(4, means, means * 0, 100, 16, 0.05)
    assert none == pytest.approx(sure)
    late = index_limit(4, means_of(0, 2, 2, 2), means, 100, 16, 0.05)
    assert late == pytest.approx(wanted * chance.isf(0.05, 2, 2 * 7)), "single rows tell nothing"
    almost = index_limit(4, means_of(1, 1.8, 2, 2), means, 100, 16, 0.05)
    assert almost == pytest.approx(wanted * chance.isf(0.05, 1.62, 1.62 * 7)), "nine tenths are settled"


def test_the_limit_where_longer_stretches_still_have_more():
    """The longest, of 8 rows, of which 16 dates hold two: one to know the deviation from."""
    means = means_of(1, 2, 3, 4)
    wanted = 3 * (1 / 4 + 1 / 96)
    assert index_limit(4, means, means, 100, 16, 0.05) == pytest.approx(wanted * chance.isf(0.05, 2, 2))
    between = np.interp(6, [4, 8], means[2:4])
    assert index_limit(6, means, means, 100, 16, 0.05) == pytest.approx(between * chance.isf(0.05, 2, 2))


def test_stretches_are_at_most_twice_the_live_rows_and_half_of_the_dates():
    means = means_of(1, 1, 1, 9, 9)
    short = (1 / 2 + 1 / 100) * chance.isf(0.05, 2, 2 * 399)
    assert index_limit(2, means, means, 100, 400, 0.05) == pytest.approx(short), "4 rows at most"
    few = (1 / 9 + 1 / 100) * chance.isf(0.05, 2, 2 * 8)
    assert index_limit(9, means, means, 100, 9, 0.05) == pytest.approx(few), "4.5 rows at most"
    assert index_limit(0, means, means, 100, 100, 0.05) == pytest.approx(
        means[0] * chance.isf(0.05, 2, 2 * 99)
    )
    assert index_limit(4, means * 0, means, 100, 100, 0.05) == 0.0, "one value only"


def limits(models_of_p_up: int, *names: str) -> np.ndarray:
    """Limits of columns of 100 rows of two symbols, by 4 live rows, at an alarm of .06."""
    means = np.tile(means_of(1, 2, 2, 2), (len(names) + 1, 1))
    nothing = np.zeros((len(names) + 1, 1))
    models = np.array([0] * len(names) + [models_of_p_up])
    rows = np.full(len(models), 100)
    training = Distribution([*names, P_UP], rows, models, nothing, nothing, means, means)
    bundle: Any = SimpleNamespace(training=training, manifest=SimpleNamespace(trained={"symbols": 2}))
    return _limits(bundle, [4] * len(models), 0.06)


def test_features_share_an_alarm_and_the_calendar_has_none():
    means = means_of(1, 2, 2, 2)
    half = index_limit(4, means, means, 100, 50, 0.03)
    whole = index_limit(4, means, means, 100, 50, 0.06, 3)
    found = limits(3, "ret_lag0", "month", "range_lag0")
    assert found[[0, 2, 3]].tolist() == pytest.approx([half, half, whole])
    assert np.isnan(found[1])
    assert np.isnan(limits(1, "ret_lag0")[1]), "one model is no sample of models"
    assert limits(0, "ret_lag0")[1] == pytest.approx(index_limit(4, means, means, 100, 50, 0.06))


def test_each_model_is_compared_on_its_own_symbols():
    def of(model: str, symbol: str | None) -> Any:
        return SimpleNamespace(manifest=SimpleNamespace(model=model, symbol=symbol))

    signals = pd.DataFrame({"symbol": ["B", "A", "B", "C"], "model": ["m", "m", "n", "m"], "p_up": range(4)})
    a, b, n = of("m", "A"), of("m", "B"), of("n", None)
    found = [
        (bundle, symbol, rows["p_up"].tolist()) for bundle, symbol, rows in _by_symbol([b, n, a], signals)
    ]
    assert found == [(b, "B", [0]), (n, "B", [2]), (a, "A", [1])]
    pooled = of("m", None)
    assert [symbol for _, symbol, _ in _by_symbol([pooled], signals)] == ["A", "B", "C"]


def test_the_error_of_a_hit_rate():
    """A quarter of 3.92 wide: .25; .5 / √100 at least."""
    assert _error(scores(0.5, 100, 0.01, 0.99)) == pytest.approx(0.98 / 3.919927969)
    assert _error(scores(0.5, 100, 0.49, 0.51)) == 0.05


def test_a_better_hit_rate_has_drifted_as_much_as_a_worse_one():
    training = scores(0.55, 400, 0.501, 0.599)
    assert _differ(scores(0.65, 400, 0.601, 0.699), training, 1, 0.05)
    assert _differ(scores(0.45, 400, 0.401, 0.499), training, 1, 0.05)


def test_the_alarms_of_a_report_are_shared_by_models_and_measures(bundle, monkeypatch):
    """.05 over four parts and two models on one symbol; each sees the bars of its symbol."""
    seen = []

    def features(bundle, signals, bars, alarm):
        assert bars.index.tolist() == list(range(len(bars)))
        seen.append((len(signals), sorted(bars["symbol"].unique()), alarm))
        return []

    monkeypatch.setattr("signalcli.serving.drift._feature_drift", features)
    monkeypatch.setattr("signalcli.serving.drift._accuracy", features)
    bars = the_same_walk(90)
    signals = predict([bundle], bars, every=True)
    drift([bundle, bundle], signals, pd.concat([bars.assign(symbol="B"), bars], ignore_index=True))
    assert seen == [(len(signals), ["ar1"], pytest.approx(0.05 / 4 / 2))] * 4


def test_the_features_of_a_report_are_those_of_its_signals(bundle):
    """Of all signals the last fifty; a bar without a signal is not live."""
    bars = the_same_walk(240)
    signals = predict([bundle], bars, every=True)
    found = drift([bundle], signals.tail(50), bars)
    assert set(found.loc[found["measure"] == "psi", "rows"]) == {50}


def test_one_degree_of_freedom_less_than_labels():
    """Five rows each: errors of .2236 make .3162 together, 2.776 of which (t of 4 degrees) are .878."""
    training = scores(0.95, 5, 0.9, 1.0)
    for rate, drifted in ((0.05, True), (0.08, False)):
        assert _differ(scores(rate, 5, rate, rate), training, 1, 0.05) == drifted


def test_a_report_refuses_plug_ins_that_were_not_named(monkeypatch):
    asked = []
    monkeypatch.setattr("signalcli.serving.drift.refuse_plugins", lambda *given: asked.append(given))
    monkeypatch.setattr("signalcli.serving.drift._by_symbol", lambda *_: iter(()))
    nothing = pd.DataFrame({"symbol": []})
    assert drift(["one", "two"], nothing, nothing, ("mine:f",)).empty
    assert asked == [("one", ("mine:f",)), ("two", ("mine:f",))]


def test_live_rows_are_compared_with_the_counts_of_training(monkeypatch):
    """Ten signals, three of them below the border, beside forty training rows, a quarter of them below."""
    shares, none = np.r_[0.25, np.zeros(8), 0.75], [np.zeros(16)] * 2
    bounds, counts = [np.zeros(9)] * 2, np.array([40, 40])
    training = Distribution(["x", P_UP], counts, np.zeros(2), bounds, [shares] * 2, none, none)
    where = "signalcli.serving.drift"
    days = pd.date_range("2024-01-01", periods=12)
    x = np.r_[np.full(3, -1.0), np.full(9, 1.0)]
    monkeypatch.setattr(f"{where}.make_inputs", lambda *_: pd.DataFrame({"date": days, "x": x}))
    monkeypatch.setattr(f"{where}.to_matrix", lambda _, rows: rows[["x"]].to_numpy())
    monkeypatch.setattr(f"{where}._limits", lambda *_: [0.1, 9.0])
    signals = pd.DataFrame({"date": days[:10], "p_up": 1.0})
    bundle = SimpleNamespace(manifest=None, training=training)
    first, last = _feature_drift(bundle, signals, signals, 0.05)
    wanted = psi(np.array([3.0, 7.0]), np.array([10.0, 30.0]))
    assert first == {
        "measure": "psi",
        "name": "x",
        "rows": 10,
        "value": pytest.approx(wanted),
        "low": pytest.approx(np.nan, nan_ok=True),
        "high": 0.1,
        "training": pytest.approx(np.nan, nan_ok=True),
        "drifted": int(wanted > 0.1),
    }
    assert (last["name"], last["drifted"]) == (P_UP, 0)
    assert last["value"] == pytest.approx(psi(np.array([0.0, 10.0]), np.array([10.0, 30.0])))


@pytest.mark.parametrize(("live", "drifted"), [(0.55, 0), (0.35, 1)])
def test_the_row_of_the_hit_rate(monkeypatch, live, drifted):
    """Beside .55 of 400 training rows: 7.07 % at 5 %, more at the alarm of a report."""
    judged = []
    low, high = live - 0.049, live + 0.049
    monkeypatch.setattr("signalcli.serving.drift.realized_predictions", lambda *given: judged.append(given))
    monkeypatch.setattr(
        "signalcli.serving.drift.headline_scores", lambda _: scores(live, 400, low, high) | {"more": 1}
    )
    manifest = SimpleNamespace(scores=scores(0.55, 400, 0.501, 0.599), config=SimpleNamespace(horizon=1))
    own = SimpleNamespace(manifest=manifest)
    assert _accuracy(own, "signals", "bars", 0.05) == [
        {
            "measure": "hit_rate",
            "name": "direction",
            "rows": 400,
            "value": live,
            "low": low,
            "high": high,
            "training": 0.55,
            "drifted": drifted,
        }
    ]
    assert judged == [("signals", "bars", [own])]
    manifest.scores = {"hit_rate": None}
    (row,) = _accuracy(own, "signals", "bars", 0.05)
    assert np.isnan(row["training"])
    assert row["drifted"] == 0
    monkeypatch.setattr("signalcli.serving.drift.headline_scores", lambda _: {})
    assert _accuracy(own, "signals", "bars", 0.05) == [], "nothing is known yet"
