"""Each figure of results: odd results, shared axes, the values drawn, nothing left out without a word."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from random_predictions import random_predictions
from signalcli.backtesting.simulate import backtest
from signalcli.config.plot import FIGURES
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, UsageError
from signalcli.evaluation.comparison.compare import compare
from signalcli.report.figures.figure import styled
from signalcli.report.figures.picture import write_picture
from signalcli.report.figures.results.catalogue import make_picture
from signalcli.report.figures.results.equity import equity
from signalcli.report.results import Results

ODD = {
    "one model": {"rows": 100, "models": ("ar",)},
    "names": {"rows": 60, "models": ("$\\frac$ <b>", "日本" * 40)},
    "few bars": {"rows": 24},
    "symbols": {"rows": 60, "symbols": ("AAA", "BBB", "CCC")},
    "many models": {"rows": 60, "models": tuple(f"m{k}" for k in range(11))},
}


@cache
def made(options):
    predictions = random_predictions(**dict(options))
    return Results(predictions, backtest(predictions), TradingRule(), compare(predictions).table)


def results(**options):
    return made(tuple(options.items()))


def drawn(picture):
    """Axes of each panel."""
    out = []
    with styled():
        for panel in picture.panels:
            axes = Figure().subplots()
            panel.draw(axes)
            axes.figure.draw_without_rendering()
            out.append(axes)
    return out


def texts(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_odd_results(name, odd):
    picture = make_picture(name, results(**ODD[odd]))
    assert len(drawn(picture)) == len(picture.panels)
    assert picture.title
    assert picture.caption.endswith(".")


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_bytes_again(name, tmp_path):
    for file in ("a.svg", "b.svg"):
        write_picture(make_picture(name, results(rows=60)), str(tmp_path / file))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("name", ["drawdown", "calibration", "probabilities", "trades"])
def test_panels_that_are_compared_have_the_same_axes(name):
    panels = drawn(make_picture(name, results()))
    assert len(panels) == 2
    assert len({axes.get_ylim() for axes in panels}) == 1
    assert len({axes.get_xlim() for axes in panels}) == 1


def test_rolling_statistics_share_axes_by_kind():
    panels = drawn(make_picture("rolling", results()))
    assert (
        len({axes.get_ylim() for axes in panels[::2]}) == len({axes.get_ylim() for axes in panels[1::2]}) == 1
    )


@pytest.mark.parametrize("name", FIGURES)
def test_models_without_a_place_are_named(name):
    picture = make_picture(name, results(**ODD["many models"]))
    if name != "verdict":
        assert "Not drawn, as they end lower: m" in picture.caption


def test_the_equity_figure_labels_each_line_with_its_last_value():
    of = results()
    axes = drawn(make_picture("equity", of))[0]
    assert sorted(texts(axes)) == sorted(f"{m} {equity(r)[-1]:.2f}" for m, r in of.shown.items())
    low, high = axes.get_ylim()
    for record in of.shown.values():
        assert low <= equity(record).min()
        assert equity(record).max() <= high


def test_a_baseline_is_gray_and_a_model_is_not():
    axes = drawn(make_picture("equity", results()))[0]
    colors = {text.get_text().split()[0]: text.get_color() for text in axes.texts}
    assert colors["buy_hold"] == colors["majority"] == colors["ar1"] != colors["ar"]
    assert colors["ar"] != colors["tree"]


def test_ruin_is_written_and_breaks_no_axis():
    predictions = random_predictions(models=("ar",))
    prices = ["open", "high", "low", "close"]
    late = predictions["date"] > predictions["date"].iloc[len(predictions) // 2]
    predictions.loc[late, prices] *= 4.0
    predictions["p_up"] = np.where(predictions["model"] == "ar", 0.1, predictions["p_up"])
    of = Results(predictions, backtest(predictions), TradingRule())
    assert equity(of.shown["ar"])[-1] <= 0
    axes = drawn(make_picture("equity", of))[0]
    assert axes.get_yscale() == "log"
    assert "logarithmic scale" in make_picture("equity", of).caption


def beyond_every_number():
    """Results whose equity is infinite behind a price of next to nothing."""
    predictions = random_predictions()
    first = predictions["date"] == predictions["date"].iloc[len(predictions) // 2]
    predictions.loc[first, ["open", "low"]] = 1e-320
    return Results(predictions, backtest(predictions), TradingRule())


@pytest.mark.parametrize("name", ["equity", "drawdown", "rolling", "months", "trades"])
def test_equity_beyond_every_number_breaks_no_figure(name):
    with np.errstate(all="ignore"):
        of = beyond_every_number()
        assert not np.isfinite(equity(of.shown["buy_hold"])[-1])
        assert drawn(make_picture(name, of))


def test_equity_of_hundreds_of_digits_leaves_room_for_the_figure(tmp_path):
    predictions = random_predictions(models=("ar",)).assign(p_up=0.9)
    late = predictions["date"] > predictions["date"].iloc[len(predictions) // 2]
    predictions.loc[late, ["open", "high", "low", "close"]] *= 1e250
    of = Results(predictions, backtest(predictions), TradingRule())
    write_picture(make_picture("equity", of), str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").stat().st_size > 1000


@pytest.mark.parametrize("name", ["probabilities", "calibration"])
def test_figures_of_labels_need_one(name):
    blank = random_predictions().assign(forward_return=np.nan, label_end=pd.NaT)
    blank["direction"] = pd.array([pd.NA] * len(blank), dtype="Int8")
    with pytest.raises(DataError, match="no row has both a forecast and a known label"):
        make_picture(name, Results(blank, backtest(blank), TradingRule()))


def test_every_trade_is_in_the_bars():
    of = results()
    for axes, model in zip(drawn(make_picture("trades", of)), of.models, strict=True):
        closed = of.trades[(of.trades["model"] == model) & (of.trades["exit"] != "open")]
        assert sum(bar.get_height() for bar in axes.patches) == len(closed)


def test_confusion_shows_all_judged_rows():
    of = results()
    for axes, model in zip(drawn(make_picture("confusion", of)), of.models, strict=True):
        assert sum(int(t.replace(",", "")) for t in texts(axes)[::2]) == len(of.shown[model].y) == 299


def test_months_hold_each_month_once():
    axes = drawn(make_picture("months", results(rows=300, models=("ar",))))[0]
    assert len(texts(axes)) == 14 + 2  # 300 weekdays from January 2020, and two years


def test_probabilities_are_shares_of_their_rows():
    for axes in drawn(make_picture("probabilities", results())):
        steps = [p.get_data().values for p in axes.patches]
        assert [np.sum(values) for values in steps] == pytest.approx([1.0] * 4)


def test_a_verdict_needs_a_comparison():
    predictions = random_predictions()
    with pytest.raises(UsageError, match="needs a comparison"):
        make_picture("verdict", Results(predictions, backtest(predictions), TradingRule()))


def test_the_verdict_points_from_the_baseline_to_the_model():
    of = results(skill=0.5)
    first = drawn(make_picture("verdict", of))[0]
    row = of.verdict[(of.verdict["criterion"] == "log_loss") & (of.verdict["model"] == "ar")].iloc[0]
    np.testing.assert_allclose(first.lines[0].get_xdata(), [row["baseline_value"], row["value"]])
    assert texts(first)[0] == "edge, p < 0.0001"


def test_a_single_window_is_a_point_with_its_interval():
    panels = drawn(make_picture("rolling", results(rows=20, models=("ar",))))
    for axes in panels:
        assert [line.get_marker() for line in axes.lines].count("o") == 1
        assert len(axes.get_xticks()) == 1


def test_the_axis_of_drawdowns_is_that_of_what_is_drawn():
    """A baseline that falls deeper than every model and than buy & hold is not drawn."""
    found = results(rows=120, models=("ar",), skill=1.0)
    (axes,) = drawn(make_picture("drawdown", found))
    deepest = max(found.shown[m].drawdown.max() for m in ("ar", "buy_hold"))
    assert found.shown["persistence"].drawdown.max() > 2 * deepest
    assert axes.get_ylim()[0] == pytest.approx(-1.05 * deepest)


def test_small_costs_are_written_as_they_are():
    predictions = random_predictions(rows=60, models=("ar",))
    held = Results(always := predictions.assign(p_up=0.6), backtest(always), TradingRule())
    assert "ar 0.05 %" in texts(drawn(make_picture("equity", held))[1])


def test_no_closed_trade_is_written_and_counts_are_whole():
    predictions = random_predictions(rows=60, models=("ar",)).assign(p_up=0.6)
    (axes,) = drawn(make_picture("trades", Results(predictions, backtest(predictions), TradingRule())))
    assert "no closed trade" in texts(axes)
    assert all(float(tick).is_integer() for tick in axes.get_yticks())
