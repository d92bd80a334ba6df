"""Drift: silent where nothing has changed, loud where something has, and right by hand."""

import numpy as np
import pytest
from scipy.stats import chi2

from saved_models import saved
from shell import run
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.io.tables import to_bytes as csv
from signalcli.serving.bundle.load import load
from signalcli.serving.bundle.training_distribution import (
    P_UP,
    from_bytes,
    measure_distribution,
    shares_in,
    to_bytes,
)
from signalcli.serving.drift import drift, psi
from signalcli.serving.predict import predict


def test_the_index_by_hand():
    """Two bins, 60/40 live beside 50/50: half a row more in each."""
    live, training = np.array([6.0, 4.0]), np.array([50.0, 50.0])
    a, b = 6.5 / 11, 0.5
    wanted = (a - b) * np.log(a / b) + ((1 - a) - (1 - b)) * np.log((1 - a) / (1 - b))
    assert psi(live, training) == (pytest.approx(wanted, rel=1e-12), 2)
    assert psi(training, training)[0] == 0.0
    assert psi(np.array([3.0, 0, 5]), np.array([5.0, 0, 3]))[1] == 2  # a bin that nobody uses is none


def test_the_limit_holds_where_nothing_has_changed():
    """Of 2,000 samples of 120 rows, about one in twenty passes the 95 % limit of chi-squared."""
    rng = np.random.default_rng(0)
    training = rng.normal(size=3000)
    bounds = np.quantile(training, np.arange(1, 10) / 10)
    counts = shares_in(bounds, training) * len(training)
    limit = chi2.isf(0.05, 9) * (1 / 120 + 1 / 3000)
    found = [psi(shares_in(bounds, rng.normal(size=120)) * 120, counts)[0] for _ in range(2000)]
    assert 0.03 < np.mean(np.array(found) > limit) < 0.08


def test_the_reference_reads_back_and_has_deciles():
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=1000), rng.integers(0, 5, 1000)])
    made = measure_distribution(["noise", "weekday"], X, rng.uniform(size=40))
    again = from_bytes(to_bytes(made), ["noise", "weekday"])
    assert again.columns == ["noise", "weekday", P_UP]
    np.testing.assert_array_equal(again.bounds, made.bounds)
    np.testing.assert_allclose(made.shares[0], 0.1, atol=1e-12)
    np.testing.assert_allclose(made.shares.sum(axis=1), 1.0)
    np.testing.assert_array_equal(made.rows, [1000, 1000, 40])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load(saved(tmp_path_factory.mktemp("drift") / "m", "logistic"))


def the_same_walk(rows=400, noise=1.0):
    bars = synthetic_bars("ar1", rows=rows, seed=77, phi=0.3)
    prices = ["open", "high", "low", "close"]
    return bars.assign(**{c: 100.0 * (bars[c] / 100.0) ** noise for c in prices})


def test_quick_features_of_the_same_process_have_not_drifted(bundle):
    bars = the_same_walk()
    found = drift(bundle, predict([bundle], bars, every=True), bars).set_index("name")
    assert not found.loc["ret_lag0", "drifted"]
    assert len(found) == len(bundle.manifest.columns) + 2
    hits = found.loc["direction"]
    assert hits["low"] < hits["value"] < hits["high"]
    assert hits["rows"] > 300


def test_a_wilder_market_is_seen(bundle):
    bars = the_same_walk(noise=4.0)
    found = drift(bundle, predict([bundle], bars, every=True), bars).set_index("name")
    assert found.loc["ret_lag0", "drifted"]
    assert found.loc["ret_lag0", "value"] > 5 * found.loc["ret_lag0", "high"]
    assert found["value"].iloc[0] >= found["value"].iloc[5]  # the most changed first


def test_other_models_and_symbols_are_left_out(bundle):
    bars = the_same_walk()
    signals = predict([bundle], bars, every=True)
    assert drift(bundle, signals.assign(model="tree"), bars).empty
    assert drift(bundle, signals.assign(symbol="other"), bars.assign(symbol="other")).empty


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
