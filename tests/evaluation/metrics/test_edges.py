"""Metrics where rows are few, equal, or at the end of their range."""

import math

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.metrics.classification import auc, ic, ic_ratio
from signalcli.evaluation.metrics.distribution import expected_shortfall, outlier_ratio
from signalcli.evaluation.metrics.drawdowns import longest_drawdown, longest_stretch
from signalcli.evaluation.metrics.performance import downside_deviation
from signalcli.evaluation.metrics.portfolio import _lifetime
from signalcli.evaluation.metrics.record import judged_on, label_records
from signalcli.evaluation.metrics.sharpe import minimum_track_record


def test_a_probability_of_zero_is_below_all_others():
    assert auc(np.array([1, 0]), np.array([1e-300, 0.0])) == 1
    assert auc(np.array([0, 1]), np.array([1e-300, 0.0])) == 0
    assert auc(np.array([0, 1, 1]), np.array([0.0, 0.0, 1.0])) == 0.75


def test_correlations_have_both_signs():
    moves = np.array([1.0, 2.0, 3.0])
    assert ic(np.array([0.1, 0.5, 0.9]), moves) == pytest.approx(1)
    assert ic(np.array([0.9, 0.5, 0.1]), moves) == pytest.approx(-1)
    assert ic(np.array([0.1, 0.9, 0.5]), moves) == pytest.approx(0.5)


def test_the_ratio_of_correlations_takes_each_date_by_itself():
    """Correlations 1 and .5 over the symbols of two dates, whose rows lie between each other."""
    p = np.array([0.1, 0.1, 0.5, 0.9, 0.9, 0.5])
    moves = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    dates = np.tile(np.array(["2024-01-01", "2024-01-02"], "datetime64[D]"), 3)
    assert ic_ratio(p, moves, dates, ranks=False) == pytest.approx(0.75 / (0.5 / 2**0.5))


@pytest.mark.filterwarnings("error")
def test_no_bar_has_no_value_and_gives_no_warning():
    none = np.zeros(0)
    assert math.isnan(expected_shortfall(none))
    assert math.isnan(outlier_ratio(none, 1))
    assert math.isnan(downside_deviation(none, 252))
    assert math.isnan(longest_stretch(none.astype(bool)))


def test_never_below_the_peak_is_a_drawdown_of_no_bars():
    assert longest_drawdown(np.zeros(5)) == 0
    assert longest_drawdown(np.array([0.0, 0.1, 0.2, 0.0, 0.1])) == 2


def test_a_track_record_at_its_benchmark_is_never_long_enough():
    assert math.isnan(minimum_track_record(0.1, 0, 3, benchmark=0.1))
    assert math.isnan(minimum_track_record(0.1, 0, 3, benchmark=0.2))
    assert minimum_track_record(0.1, 0, 3) > 100


def test_a_symbol_of_a_single_bar_is_alive_on_that_bar():
    dates = np.arange("2024-01-01", "2024-04-01", dtype="datetime64[D]").astype("datetime64[us]")
    assert _lifetime(dates[40:41], dates, np.timedelta64(14, "D")) == (40, 41)


def test_labels_of_each_symbol_and_model_with_buy_and_hold_and_on_some_dates_only():
    days = pd.date_range("2024-01-01", periods=4)
    bars = pd.DataFrame({"date": days, "volume": 1.0, "fold": 1, "horizon": 1}).assign(
        **dict.fromkeys(("open", "high", "low", "close"), 100.0),
        forward_return=[0.01, -0.01, 0.02, np.nan],
        direction=pd.array([1, 0, 1, None], dtype="Int8"),
        label_end=[*days[1:], pd.NaT],
    )
    table = pd.concat(
        [bars.assign(symbol=s, model=m, p_up=p) for s in "BA" for m, p in (("m", 0.8), ("n", 0.3))],
        ignore_index=True,
    )
    found = label_records(table)
    assert [tuple(key.values()) for key, _ in found] == [
        (symbol, model) for symbol in "AB" for model in ("buy_hold", "m", "n")
    ]
    record = found[1][1]
    assert record.y.tolist() == [1, 0, 1]
    assert record.predicted.tolist() == [1, 1, 1]
    assert found[2][1].predicted.tolist() == [0, 0, 0]
    some = judged_on(record, days[1:2].to_numpy())
    assert (some.y.tolist(), some.forward_returns.tolist(), some.p.tolist()) == (
        [0],
        [-0.01],
        [pytest.approx([0.2, 0.8])],
    )
    assert (some.label_dates == days[1:2].to_numpy()).all()
    assert some.label_bars.tolist() == record.label_bars[1:2].tolist()
    paths = [table[table["symbol"] == "A"].assign(path=path) for path in (1, 2)]
    of_paths = label_records(pd.concat(paths, ignore_index=True))
    assert [tuple(key.values()) for key, _ in of_paths] == [
        ("A", model, path) for model in ("buy_hold", "m", "n") for path in (1, 2)
    ]
