"""Equity and drawdown as text: 80 columns, each curve where its values are."""

import numpy as np
import pytest

from random_predictions import random_predictions
from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.report.results import Results
from signalcli.report.text.curves import HEIGHT, MARGIN, Scale, curves_text


def results(**options):
    predictions = random_predictions(**options)
    return Results(predictions, backtest(predictions), TradingRule())


@pytest.mark.parametrize("figure", ["equity", "drawdown"])
@pytest.mark.parametrize(
    "options",
    [{}, {"models": tuple(f"model{k}" * 8 for k in range(9))}, {"rows": 12}, {"symbols": ("A", "B")}],
)
def test_eighty_columns(figure, options):
    lines = curves_text(results(**options), figure, color=False).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) >= HEIGHT + 3


def test_the_last_value_is_where_its_line_is():
    of = results(models=("ar",))
    lines = curves_text(of, "equity", color=False).splitlines()
    grid = [line[MARGIN:] for line in lines[1 : HEIGHT + 1]]
    (row,) = [k for k, line in enumerate(grid) if len(line) == 71 and line[70] == "a"]
    curves = [np.cumprod(1 + of.shown[m].net) for m in ("ar", "buy_hold")]
    low, high = min(c.min() for c in curves), max(c.max() for c in curves)
    assert row == round((high - curves[0][-1]) / (high - low) * (HEIGHT - 1))
    assert any(line.split()[:3] == ["a", "ar", f"{curves[0][-1]:,.3g}"] for line in lines)


def test_a_drawdown_is_named_by_its_depth():
    of = results(models=("ar",))
    text = curves_text(of, "drawdown", color=False)
    assert f"a ar −{100 * of.shown['ar'].drawdown.max():.0f} %" in text


def test_models_that_are_not_drawn_are_named():
    text = curves_text(results(models=tuple(f"m{k}" for k in range(7))), "equity", color=False)
    assert "not drawn, as they end lower: m" in text


@pytest.mark.parametrize(
    ("scale", "value", "line"),
    [
        (Scale(0.0, 15.0, log=False), 15.0, 0),
        (Scale(0.0, 15.0, log=False), 0.0, 15),
        (Scale(0.0, np.log(2.0), log=True), 2.0, 0),
        (Scale(0.0, np.log(2.0), log=True), 0.0, None),
        (Scale(0.0, 1.0, log=False), np.nan, None),
    ],
)
def test_lines_of_values(scale, value, line):
    assert scale.line(value) == line


@pytest.mark.parametrize(("figure", "said"), [("equity", "buy_hold n/a"), ("drawdown", "buy_hold −")])
def test_equity_beyond_every_number_is_not_drawn(figure, said):
    predictions = random_predictions()
    first = predictions["date"] == predictions["date"].iloc[len(predictions) // 2]
    predictions.loc[first, ["open", "low"]] = 1e-320
    with np.errstate(all="ignore"):
        of = Results(predictions, backtest(predictions), TradingRule())
        text = curves_text(of, figure, color=False)
    assert said in text
    assert max(map(len, text.splitlines())) <= 80


def test_large_values_fit_into_the_margin():
    predictions = random_predictions(models=("ar",))
    late = predictions["date"] > predictions["date"].iloc[len(predictions) // 2]
    predictions.loc[late, ["open", "high", "low", "close"]] *= 1e250
    predictions["p_up"] = 0.9
    text = curves_text(Results(predictions, backtest(predictions), TradingRule()), "equity", color=False)
    assert max(map(len, text.splitlines())) <= 80
    assert "e+2" in text
