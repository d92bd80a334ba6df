"""Metrics of the order of symbols, against alphalens, statsmodels and plain loops."""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from shell import run
from signalcli.config.panel import PanelConfig
from signalcli.errors import DataError
from signalcli.evaluation.panel.correlation import rank_ic
from signalcli.evaluation.panel.cross_section import CrossSections, cross_sections
from signalcli.evaluation.panel.panel_metrics import by_date, narrow_lines, panel_metrics
from signalcli.evaluation.panel.quantiles import quantile_of_rows
from signalcli.evaluation.significance.long_run import mean_test
from signalcli.evaluation.significance.newey_west import error_of_mean, lags

# Figures of alphalens-reloaded 0.5.1 and statsmodels 0.15 for the rows of `fixture`:
# factor_information_coefficient, quantize_factor, mean_return_by_quantile with demeaned=False,
# compute_mean_returns_spread, factor_rank_autocorrelation and quantile_turnover with a period of 1, and OLS
# on a constant with HAC errors.
ORACLE = json.loads((Path(__file__).parent / "alphalens.json").read_text(encoding="utf-8"))
FOUR = PanelConfig(quantiles=4, top=3)


def fixture() -> pd.DataFrame:
    """Rows of 13 symbols on 30 dates; a tenth of them is missing."""
    rng = np.random.default_rng(18)
    rows = []
    for i in range(13):
        p = rng.random(30).round(6)
        r = (0.02 * rng.standard_normal(30) + 0.01 * (p - 0.5)).round(8)
        days = pd.bdate_range("2021-01-04", periods=30)
        rows += [
            (f"S{i:02d}", d, a, b) for d, a, b, k in zip(days, p, r, rng.random(30), strict=True) if k > 0.1
        ]
    return predictions(pd.DataFrame(rows, columns=["symbol", "date", "p_up", "forward_return"]))


def predictions(rows: pd.DataFrame) -> pd.DataFrame:
    """PREDICTIONS of one model with only the columns that decide."""
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0)
    up = (rows["forward_return"] > 0).astype("Int8").mask(rows["forward_return"].isna())
    table = rows.assign(direction=up, label_end=rows["date"], fold=1, horizon=1, **prices)
    return table if "model" in table else table.assign(model="tree")


def random_panel(seed: int, symbols: int, dates: int) -> pd.DataFrame:
    """Scores with ties, unknown returns and missing forecasts; symbols come and go."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        [(f"S{i}", d) for i in range(symbols) for d in pd.bdate_range("2021-01-04", periods=dates)],
        columns=["symbol", "date"],
    )
    n = len(table)
    table["p_up"] = np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 9, n) / 8)
    table["forward_return"] = np.where(rng.random(n) < 0.1, np.nan, rng.integers(-5, 6, n) / 100)
    return predictions(table[rng.random(n) > 0.15])


def of_dates(table: pd.DataFrame, config: PanelConfig = FOUR) -> pd.DataFrame:
    return by_date(cross_sections(table), config)


def groups(table: pd.DataFrame) -> list[pd.DataFrame]:
    judged = table.dropna(subset=["p_up", "forward_return"])
    return [rows for _, rows in judged.groupby("date")]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("rank_ic", "ic"),
        ("rank_autocorrelation", "autocorr"),
        ("top_turnover", "turnover4"),
        ("bottom_turnover", "turnover1"),
    ],
)
def test_figures_by_date_are_those_of_alphalens(column, name):
    expected = np.array(ORACLE[name], dtype="float64")
    np.testing.assert_allclose(of_dates(fixture())[column], expected, rtol=0, atol=1e-12)


def test_quantiles_and_the_spread_are_those_of_alphalens():
    table = of_dates(fixture())
    quantiles = table[["q1", "q2", "q3", "q4"]]
    np.testing.assert_allclose(quantiles, np.array(ORACLE["quantiles_by_date"]), rtol=0, atol=1e-12)
    np.testing.assert_allclose(table["spread"], ORACLE["spread"], rtol=0, atol=1e-12)


def test_the_table_has_the_means_and_newey_west_errors():
    (row,) = panel_metrics(fixture(), FOUR).to_dict("records")
    ic = np.array(ORACLE["ic"])
    assert row["rank_ic"] == pytest.approx(ic.mean(), abs=1e-12)
    assert row["rank_ic_ir"] == pytest.approx(ic.mean() / ic.std(ddof=1), abs=1e-12)
    assert lags(30, 1) == 3
    assert row["rank_ic_error"] == pytest.approx(ORACLE["nw3"], abs=1e-12)
    assert row["rank_ic_t"] == pytest.approx(ic.mean() / ORACLE["nw3"], abs=1e-10)
    assert row["rank_ic_positive"] == np.mean(ic > 0)
    assert [row[f"q{i}"] for i in (1, 2, 3, 4)] == pytest.approx(np.mean(ORACLE["quantiles_by_date"], axis=0))
    assert row["breadth"] == len(fixture()) / 30
    assert (row["n_dates"], row["undefined"]) == (30, 0)


@pytest.mark.parametrize("count", [0, 3, 7])
def test_the_error_of_a_mean_is_that_of_statsmodels(count):
    assert error_of_mean(np.array(ORACLE["ic"]), count) == pytest.approx(ORACLE[f"nw{count}"], abs=1e-12)
    x = np.random.default_rng(count).standard_normal(200).cumsum()
    fit = sm.OLS(x, np.ones(200)).fit(cov_type="HAC", cov_kwds={"maxlags": count, "use_correction": False})
    assert error_of_mean(x, count) == pytest.approx(fit.bse[0], rel=1e-10)


def test_labels_that_overlap_need_as_many_lags():
    assert (lags(1000, 1), lags(1000, 5), lags(1000, 21), lags(5, 21)) == (6, 6, 20, 4)
    assert np.isnan(error_of_mean(np.ones(1), 0))


def correlation(method, one: pd.Series, other: pd.Series) -> float:
    if len(one) < 2 or one.nunique() < 2 or other.nunique() < 2:
        return np.nan
    return float(method(one, other).statistic)


def extremes(rows: pd.DataFrame, places: int) -> tuple[float, float]:
    """Mean returns of the highest and lowest scores; equal scores share their places."""
    places = min(places, len(rows) // 2)
    if places == 0 or rows["p_up"].nunique() < 2:
        return np.nan, np.nan
    found = []
    for ascending in (False, True):
        left, total = float(places), 0.0
        for _, tied in sorted(rows.groupby("p_up"), reverse=not ascending):
            taken = min(left, len(tied))
            total += taken * tied["forward_return"].mean()
            left -= taken
        found.append(total / places)
    return found[0], found[1]


@given(st.integers(0, 2**31), st.integers(1, 12))
@settings(max_examples=8, deadline=None)
def test_every_date_is_that_of_a_plain_loop(seed, symbols):
    table = random_panel(seed, symbols, 8)
    days = groups(table)
    if not days:
        return
    found = of_dates(table)
    for name, method in (("rank_ic", spearmanr), ("ic", pearsonr)):
        expected = [correlation(method, d["p_up"], d["forward_return"]) for d in days]
        np.testing.assert_allclose(found[name], expected, atol=1e-12)
    top, bottom = np.array([extremes(d, 3) for d in days]).T
    np.testing.assert_allclose(found["top"], top, atol=1e-12)
    np.testing.assert_allclose(found["bottom"], bottom, atol=1e-12)
    np.testing.assert_allclose(found["top_bottom"], (top - bottom) / 2, atol=1e-12)
    assert found["breadth"].tolist() == [len(d) for d in days]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=30, unique=True), st.integers(2, 4))
def test_quantiles_of_different_scores_are_those_of_pandas(scores, quantiles):
    rows = pd.DataFrame({"symbol": [f"S{i:02d}" for i in range(len(scores))], "p_up": scores})
    table = predictions(rows.assign(date=pd.Timestamp("2021-01-04"), forward_return=0.01))
    found = quantile_of_rows(cross_sections(table), quantiles)
    try:
        expected = pd.qcut(np.array(scores), quantiles, labels=False) + 1
    except ValueError:  # borders that are equal after rounding
        return
    assert found.tolist() == expected.tolist()


def test_scores_that_are_all_equal_have_no_order():
    table = random_panel(1, 6, 5).assign(p_up=0.5)
    found = of_dates(table)
    assert found[["rank_ic", "ic", "spread", "top", "q1"]].isna().all(axis=None)
    metrics = panel_metrics(table, FOUR)
    assert metrics["undefined"].tolist() == [5]
    assert narrow_lines(metrics)[0].startswith("5 of 5 dates of the models have no rank correlation")


def test_dates_with_fewer_symbols_than_quantiles_have_none():
    table = random_panel(2, 3, 6)
    assert of_dates(table)[["q1", "spread"]].isna().all(axis=None)
    assert of_dates(table)["rank_ic"].notna().any()


def test_three_classes_are_ordered_by_up_less_down():
    table = fixture().assign(p_down=0.3)
    table["p_up"] *= 0.7
    turned = table.assign(p_down=table["p_up"], p_up=table["p_down"])
    one, other = (of_dates(t)["rank_ic"] for t in (table, turned))
    np.testing.assert_allclose(one, -other, atol=1e-12)
    np.testing.assert_allclose(one, ORACLE["ic"], atol=1e-12)


@pytest.mark.parametrize("ahead", [1, 4])
def test_p_values_are_two_sided_and_heed_the_overlap(ahead):
    """By the rank correlations of the dates: errors with the lags, and a test, of labels of four bars."""
    table = fixture().assign(horizon=ahead)
    x = of_dates(table)["rank_ic"].to_numpy()
    (row,) = panel_metrics(table, FOUR).to_dict("records")
    assert row["rank_ic_p"] == pytest.approx(mean_test(x, ahead, 0).p_value)
    assert row["rank_ic_error"] == pytest.approx(error_of_mean(x, lags(30, ahead)))
    turned = panel_metrics(table.assign(p_up=1 - table["p_up"]), FOUR).iloc[0]
    assert turned["rank_ic_p"] == pytest.approx(row["rank_ic_p"])


def by_symbols(*scores_and_returns):
    """One row a date: scores and returns of the symbols A, B, C …"""
    rows = [
        ("ABCDEF"[i], pd.Timestamp("2021-01-04") + pd.Timedelta(days=day), p, r)
        for day, of_day in enumerate(scores_and_returns)
        for i, (p, r) in enumerate(of_day)
    ]
    return predictions(pd.DataFrame(rows, columns=["symbol", "date", "p_up", "forward_return"]))


def test_dates_without_a_correlation_are_neither_positive_nor_negative():
    """Right, wrong, and a date of equal scores: one of two is positive."""
    table = by_symbols([(0.1, -1.0), (0.9, 1.0)], [(0.9, -1.0), (0.1, 1.0)], [(0.5, -1.0), (0.5, 1.0)])
    row = panel_metrics(table, PanelConfig(quantiles=2, top=1)).iloc[0]
    assert (row["rank_ic_positive"], row["undefined"], row["rank_ic"]) == (0.5, 1, 0.0)


def test_a_row_without_a_forecast_has_no_place_in_the_order():
    """Three symbols, then two of three with a forecast: breadth 2.5, and the highest is B."""
    first = [(0.1, -0.01), (0.5, 0.0), (0.9, 0.01)]
    second = [(0.1, -0.01), (0.2, 0.02), (np.nan, 0.05)]
    row = panel_metrics(by_symbols(first, second), PanelConfig(quantiles=2, top=1)).iloc[0]
    assert (row["breadth"], row["top"]) == (2.5, pytest.approx((0.01 + 0.02) / 2))


def test_who_is_new_in_a_quantile_is_known_only_where_it_had_members():
    """Equal scores leave no quantile; after that, who is in the highest was in none before."""
    table = by_symbols([(0.5, 0.0), (0.5, 0.0)], [(0.1, 0.0), (0.9, 0.0)], [(0.9, 0.0), (0.1, 0.0)])
    turnover = of_dates(table, PanelConfig(quantiles=2, top=1))["top_turnover"]
    np.testing.assert_array_equal(turnover, [np.nan, np.nan, 1.0])


def test_periods_are_means_of_their_dates():
    table = pd.concat([fixture(), fixture().assign(model="ar1", p_up=0.2)])
    days, months = (panel_metrics(table, PanelConfig(quantiles=4, by=by)) for by in ("date", "month"))
    assert months["month"].tolist() == ["2021-01", "2021-02"] * 2
    assert months["model"].tolist() == ["tree", "tree", "ar1", "ar1"]
    tree = days[days["model"] == "tree"]
    january = tree["date"].dt.month == 1
    assert months["rank_ic"].iloc[0] == pytest.approx(tree.loc[january, "rank_ic"].mean(), abs=1e-12)
    assert months["n_dates"].iloc[:2].tolist() == [january.sum(), (~january).sum()]


def test_one_symbol_is_no_panel():
    with pytest.raises(DataError, match="no date has two symbols"):
        panel_metrics(fixture().query("symbol == 'S00'"))


def planted(signal: float, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    dates, symbols = pd.bdate_range("2015-01-01", periods=250), [f"S{i:02d}" for i in range(40)]
    table = pd.DataFrame([(s, d) for d in dates for s in symbols], columns=["symbol", "date"])
    noise = rng.standard_normal((2, len(table)))
    market = np.repeat(rng.standard_normal(250), 40)
    table["p_up"] = 0.5 + 0.1 * np.clip(noise[0], -4, 4)
    table["forward_return"] = 0.01 * (market + signal * noise[0] + np.sqrt(1 - signal**2) * noise[1])
    return predictions(table)


def test_a_planted_order_is_found_and_a_shuffled_one_is_not():
    found = panel_metrics(planted(0.1)).iloc[0]
    assert found["rank_ic"] == pytest.approx(6 / np.pi * np.arcsin(0.05), abs=4 * found["rank_ic_error"])
    assert found["rank_ic_p"] < 1e-6
    assert found["spread_p"] < 1e-6
    table = planted(0.1)
    shuffled = [table.assign(p_up=np.random.default_rng(i).permutation(table["p_up"])) for i in range(5)]
    none = pd.concat([panel_metrics(one) for one in shuffled])
    assert none["rank_ic_p"].median() > 0.05
    assert none["spread_p"].median() > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_the_p_value_keeps_its_size_where_labels_overlap(horizon):
    rng, alarms, worlds = np.random.default_rng(horizon), 0, 60
    for _ in range(worlds):
        steps = rng.standard_normal((300 + horizon, 8)).cumsum(axis=0)
        returns = (steps[horizon:] - steps[:-horizon]).ravel() / 100
        scores = np.repeat(rng.random((1, 8)), 300, axis=0).ravel()  # an order that stays, and says nothing
        dates = np.repeat(pd.bdate_range("2015-01-01", periods=300), 8)
        rows = pd.DataFrame({"symbol": list("ABCDEFGH") * 300, "date": dates, "p_up": scores})
        table = predictions(rows.assign(forward_return=returns)).assign(horizon=horizon)
        alarms += panel_metrics(table, PanelConfig(quantiles=2, top=2))["rank_ic_p"].iloc[0] < 0.05
    assert alarms / worlds == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / worlds))


def test_the_verb_prints_a_row_a_model(tmp_path):
    file = tmp_path / "p.csv"
    fixture().to_csv(file, index=False)
    head, row = run(f"panel {file} --quantiles 4").splitlines()
    assert head.startswith("model,start,end,n_dates,undefined,breadth,rank_ic,rank_ic_ir,rank_ic_error")
    assert float(row.split(",")[6]) == pytest.approx(np.mean(ORACLE["ic"]), abs=1e-12)
    assert len(run(f"panel {file} --by date").splitlines()) == 31


def sections(scores: list[list[float]], returns: list[list[float]]) -> CrossSections:
    """Cross-sections of symbols that have a row at every date."""
    n = len(scores[0])
    dates = np.arange(len(scores)).astype("datetime64[D]")
    symbols = np.tile(np.arange(n), len(scores))
    return CrossSections(dates, np.arange(len(scores) + 1) * n, symbols, np.ravel(scores), np.ravel(returns))


def test_orders_without_correlation_have_exactly_none():
    first = range(7)  # of fewer symbols, sums of ranks are exact
    others = [p for p in itertools.permutations(first) if sum((i - j) ** 2 for i, j in enumerate(p)) == 56]
    found = rank_ic(sections([list(first)] * len(others), [list(p) for p in others]))
    assert found.tolist() == [0.0] * len(others)


def test_a_correlation_that_never_varies_has_no_ratio():
    dates = pd.date_range("2024-01-01", periods=12)
    parts = [
        pd.DataFrame({"symbol": s, "date": dates, "p_up": p, "forward_return": r})
        for s, p, r in (("A", 0.3, 0.013), ("B", 0.4, 0.007), ("C", 0.7, -0.011))
    ]
    table = pd.concat(parts).assign(model="tree", horizon=1, label_end=lambda t: t["date"], direction=1)
    row = panel_metrics(table, PanelConfig(quantiles=3, top=1)).iloc[0]
    assert row["rank_ic"] == pytest.approx(-1)
    assert (
        row[["rank_ic_ir", "rank_ic_t", "rank_ic_p", "ic_ir", "spread_ir", "spread_t", "spread_p"]]
        .isna()
        .all()
    )


@pytest.mark.parametrize(("quantiles", "n"), [(11, 56), (20, 91), (10, 91), (3, 7)])
def test_a_score_at_a_border_is_below_it_without_rounding(quantiles, n):
    scores = np.sort(np.random.default_rng(n).random(n)).tolist()
    found = quantile_of_rows(sections([scores], [scores]), quantiles)
    expected = [1 + sum(i * quantiles > (n - 1) * k for k in range(1, quantiles)) for i in range(n)]
    assert found.tolist() == expected


def test_a_series_that_varies_by_rounding_alone_is_constant():
    found = mean_test(np.array([0.3, 0.1 + 0.2] * 10), 1, 1)
    assert np.isnan(found).all()
