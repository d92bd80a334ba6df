"""Statistics of processes with known properties."""

import math
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from random_bars import constant_price, random_bars
from signalcli.config.statistics import PLAIN, SECTIONS, StatisticsConfig
from signalcli.errors import UsageError
from signalcli.research.statistics.describe import describe_bars

N = 4000
COLUMNS = ["symbol", "section", "name", "lag", "value", "low", "high", "p_value", "meaning"]


def bars_of(returns, symbol="AAA"):
    """BARS whose log returns from close to close are these."""
    close = 100 * np.exp(np.concatenate([[0], np.cumsum(returns)]))
    return random_bars(len(close), symbol=symbol).assign(open=close, high=close, low=close, close=close)


def ar(phi, n=N, seed=3):
    """AR(p) with Gaussian shocks of .01 and a mean of 0."""
    rng = np.random.default_rng(seed)
    out = np.zeros(n + 100)
    for t in range(len(phi), len(out)):
        out[t] = sum(c * out[t - 1 - k] for k, c in enumerate(phi)) + 0.01 * rng.standard_normal()
    return out[100:]


def arch(n=N, seed=4):
    """ARCH(1): white noise whose next variance depends on the last shock."""
    rng = np.random.default_rng(seed)
    out = np.zeros(n)
    for t in range(1, n):
        out[t] = rng.standard_normal() * math.sqrt(1e-4 + 0.5 * out[t - 1] ** 2)
    return out


def section(returns, name, **config):
    return describe_bars(bars_of(returns), StatisticsConfig((name,), **config))


def one(table, name, lag=None):
    """The only row of that name and lag."""
    rows = table[(table["name"] == name) & ((table["lag"] == lag) if lag is not None else True)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.fixture(scope="module")
def noise():
    return 0.01 * np.random.default_rng(1).standard_normal(N)


def test_the_base_rate_is_the_share_of_up_bars():
    table = section([0.01, -0.01, 0.02, 0.0, 0.01], "summary")
    base = one(table, "base_rate")
    assert base["value"] == 3 / 5
    assert (base["low"], base["high"]) == pytest.approx(stats.binomtest(3, 5).proportion_ci(0.95, "wilson"))
    assert base["p_value"] == pytest.approx(2 * stats.norm.sf(0.1 / math.sqrt(0.25 / 5)))
    assert one(table, "flat_rate")["value"] == 1 / 5
    assert one(table, "bars")["value"] == 6
    assert one(table, "growth")["value"] == pytest.approx(math.exp(0.03) - 1)
    assert one(table, "bars_per_year")["value"] == 252


def test_missing_sessions_are_counted_beside_the_bars_own_week():
    bars = random_bars(200)
    holes = bars.drop(index=[50, 80, 81, 82])
    table = describe_bars(holes, StatisticsConfig(("sessions",)))
    assert [one(table, name)["value"] for name in ("missing", "longest_gap", "extra")] == [4, 3, 0]
    assert describe_bars(holes, StatisticsConfig(("sessions",), calendar="none"))["value"].isna().all()
    assert describe_bars(bars.head(9), StatisticsConfig(("sessions",)))["value"].isna().all(), (
        "no habit can be seen"
    )


def test_an_exchange_knows_its_holidays(ibm):
    table = describe_bars(ibm, StatisticsConfig(("sessions",), calendar="XNYS"))
    own = describe_bars(ibm, StatisticsConfig(("sessions",)))
    assert one(table, "missing")["value"] == 0
    assert one(own, "missing")["value"] > 100, "ten holidays a year"


def test_moments_and_quantiles_are_those_of_scipy(ibm):
    table = describe_bars(ibm, StatisticsConfig(("returns",)))
    r = np.diff(np.log(ibm["close"]))
    assert one(table, "skewness")["value"] == pytest.approx(stats.skew(r))
    assert one(table, "excess_kurtosis")["value"] == pytest.approx(stats.kurtosis(r))
    assert one(table, "deviation")["value"] == pytest.approx(r.std(ddof=1))
    assert one(table, "q05")["value"] == pytest.approx(np.quantile(r, 0.05))
    test = stats.jarque_bera(r)
    assert one(table, "jarque_bera")["value"] == pytest.approx(test.statistic)


def test_jarque_bera_of_gaussian_returns_sees_nothing(noise):
    test = stats.jarque_bera(noise)
    assert one(section(noise, "returns"), "jarque_bera")["p_value"] == pytest.approx(test.pvalue)
    assert test.pvalue > 0.05


def test_a_random_walk_has_a_unit_root_and_its_returns_have_none(noise):
    both = describe_bars(bars_of(noise), StatisticsConfig(("adf", "kpss")))
    adf, kpss = (both[both["section"] == name] for name in ("adf", "kpss"))
    assert one(adf, "log_close")["p_value"] > 0.05
    assert one(adf, "log_return")["p_value"] < 1e-6
    assert one(kpss, "log_close")["p_value"] == pytest.approx(0.01)
    assert one(kpss, "log_return")["p_value"] == pytest.approx(0.1)


def test_prices_that_come_back_have_no_unit_root():
    level = ar([0.9])
    both = describe_bars(bars_of(np.diff(level, prepend=0)), StatisticsConfig(("adf", "kpss")))
    assert one(both[both["section"] == "adf"], "log_close")["p_value"] < 1e-6
    assert one(both[both["section"] == "kpss"], "log_close")["p_value"] > 0.02


def test_autocorrelations_are_sums_of_products(noise):
    z = noise - noise.mean()
    by_hand = [z[k:] @ z[:-k] / (z @ z) for k in range(1, 21)]
    table = section(noise, "acf")
    np.testing.assert_allclose(table["value"], by_hand, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(table["high"], 1.96 / math.sqrt(N), rtol=1e-3)
    assert (table["low"] == -table["high"]).all()
    assert (table["value"].abs() > table["high"]).sum() <= 3, "about one in twenty lies outside"
    outside = table["value"].abs() > table["high"]
    assert (outside == (table["p_value"] < 0.05)).all()


def test_an_ar_process_is_recovered():
    returns = ar([0.5, -0.3])
    table = describe_bars(bars_of(returns), StatisticsConfig(("acf", "pacf", "order", "ar", "residuals")))
    acf, pacf, coefficients, rest = (
        table[table["section"] == name] for name in ("acf", "pacf", "ar", "residuals")
    )
    first = 0.5 / 1.3  # Yule and Walker
    assert one(acf, "log_return", 1)["value"] == pytest.approx(first, abs=0.04)
    assert one(acf, "log_return", 2)["value"] == pytest.approx(0.5 * first - 0.3, abs=0.04)
    assert one(pacf, "log_return", 2)["value"] == pytest.approx(-0.3, abs=0.04)
    beyond = pacf[pacf["lag"] > 2]
    assert (beyond["value"].abs() > beyond["high"]).sum() <= 3
    assert one(table, "best_bic")["value"] == 2
    for lag, phi in ((1, 0.5), (2, -0.3)):
        row = one(coefficients, "coefficient", lag)
        assert row["low"] < phi < row["high"]
        assert row["p_value"] < 1e-6
    assert one(coefficients, "intercept")["p_value"] > 0.05
    explained = 1 - 1e-4 / np.var(returns)
    assert one(coefficients, "r2")["value"] == pytest.approx(explained, abs=0.03)
    assert (rest["p_value"].dropna() > 0.01).all(), "nothing is left over"


def test_criteria_of_every_order_are_least_squares_on_the_same_rows():
    returns = ar([0.4], n=300)
    table = section(returns, "order", max_order=4)
    y = returns[4:]
    for p in range(5):
        past = [np.ones(len(y)), *(returns[4 - k : len(returns) - k] for k in range(1, p + 1))]
        design = np.column_stack(past)
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        fit = len(y) * (math.log(2 * math.pi) + math.log(np.mean(rest**2)) + 1)
        for name, penalty in (
            ("aic", 2),
            ("bic", math.log(len(y))),
            ("hqic", 2 * math.log(math.log(len(y)))),
        ):
            assert one(table, name, p)["value"] == pytest.approx(fit + penalty * (p + 1), rel=1e-6)


def test_correlation_that_an_order_too_small_leaves_over_is_found():
    table = section(ar([0, 0, 0, 0.4]), "residuals", max_order=2)
    assert one(table, "ljung_box", 5)["p_value"] < 1e-6


def test_clusters_of_wild_bars_are_found_and_calm_is_not(noise):
    wild, calm = section(arch(), "residuals"), section(noise, "residuals")
    for lag in (5, 10, 20):
        assert one(wild, "arch", lag)["p_value"] < 1e-6
        assert one(calm, "arch", lag)["p_value"] > 0.01


def test_ljung_box_counts_the_fitted_coefficients():
    returns = ar([0.5], n=500)
    rest = ar_residuals(returns, 1)
    r = [rest[k:] @ rest[:-k] / (rest @ rest) for k in range(1, 6)]
    by_hand = len(rest) * (len(rest) + 2) * sum(c * c / (len(rest) - k) for k, c in enumerate(r, 1))
    row = one(section(returns, "residuals", max_order=1), "ljung_box", 5)
    assert row["value"] == pytest.approx(by_hand, rel=1e-3)
    assert row["p_value"] == pytest.approx(stats.chi2.sf(by_hand, 4), rel=1e-2)


def ar_residuals(returns, p):
    design = np.column_stack([np.ones(len(returns) - p), returns[:-1]])
    return returns[p:] - design @ np.linalg.lstsq(design, returns[p:], rcond=None)[0]


def test_a_curved_answer_is_not_linear_and_a_straight_one_is():
    rng = np.random.default_rng(8)
    curved = np.zeros(N)
    for t in range(1, N):
        curved[t] = (
            0.004 * math.tanh(200 * curved[t - 1]) ** 2 + 0.3 * curved[t - 1] + 0.01 * rng.standard_normal()
        )
    assert one(section(curved, "linearity"), "reset")["p_value"] < 0.001
    assert one(section(ar([0.5]), "linearity"), "reset")["p_value"] > 0.05


def test_wild_bars_alone_are_not_taken_for_a_curve():
    """Without errors that allow for it, more than a third would be."""
    p_values = [one(section(arch(1000, seed), "linearity"), "reset")["p_value"] for seed in range(20)]
    assert sum(p < 0.05 for p in p_values) <= 3


def test_every_section_is_empty_for_too_few_bars_or_constant_prices():
    for bars in (random_bars(1), random_bars(2), random_bars(5), constant_price(60)):
        table = describe_bars(bars, StatisticsConfig())
        assert table["section"].unique().tolist() == list(SECTIONS)
        tested = table[~table["section"].isin(["summary", "sessions", "returns"])]
        assert tested["value"].isna().all()
        assert not np.isinf(table["value"]).any()
    assert one(describe_bars(constant_price(60), StatisticsConfig(("summary",))), "base_rate")["value"] == 0
    assert describe_bars(random_bars(30), StatisticsConfig())["value"].notna().sum() > 50


def test_symbols_are_independent_blocks_of_rows(noise):
    a, b = bars_of(noise[:300], "AAA"), bars_of(noise[300:700], "BBB")
    both = describe_bars(pd.concat([a, b], ignore_index=True), StatisticsConfig(("acf", "summary")))
    alone = describe_bars(b, StatisticsConfig(("acf", "summary")))
    pd.testing.assert_frame_equal(both[both["symbol"] == "BBB"].reset_index(drop=True), alone)
    assert both.columns.tolist() == COLUMNS
    assert both["section"].unique().tolist() == ["acf", "summary"], "in the order asked for"


def test_the_shape_of_the_table_does_not_depend_on_the_bars():
    many, few = (
        describe_bars(random_bars(n), StatisticsConfig(("acf", "order", "residuals"))) for n in (200, 3)
    )
    assert many[["section", "name", "lag"]].equals(few[["section", "name", "lag"]])


def test_meanings_are_short_lines_without_commas():
    meanings = describe_bars(random_bars(120), StatisticsConfig())["meaning"]
    assert meanings.str.len().between(5, 100).all()
    assert not meanings.str.contains("[,\n]").any()


def test_without_statsmodels_some_sections_remain(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    assert len(describe_bars(random_bars(120), StatisticsConfig(PLAIN)))
    with pytest.raises(UsageError, match=r"acf needs statsmodels: pip install 'signalcli\[inspect\]'"):
        describe_bars(random_bars(120), StatisticsConfig(("summary", "acf")))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sections": ("acv",)}, "--section acv"),
        ({"sections": ()}, "--section"),
        ({"lags": 0}, "--lags 0"),
        ({"max_order": 0}, "--max-order 0"),
    ],
)
def test_invalid_options_are_errors(wrong, words):
    with pytest.raises(UsageError, match=words):
        StatisticsConfig(**wrong)
