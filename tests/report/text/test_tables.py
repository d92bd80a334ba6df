"""Tables in a terminal: content, rounding, and escaped text from outside."""

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.scorecard import METRICS
from signalcli.report.text.metrics import metrics_text
from signalcli.report.text.tables import listing_text


def card(model: str = "ar", symbol: str = "IBM", **values: float) -> dict[str, object]:
    named = {
        "symbol": symbol,
        "model": model,
        "baseline": int(model == "buy_hold"),
        "start": pd.Timestamp("2002-07-17"),
        "end": pd.Timestamp("2013-03-01"),
    }
    return named | dict.fromkeys(METRICS, 0.0) | {"bars_per_year": 252.0} | values


def line_of(text: str, metric: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(metric)).split()


def test_a_line_a_metric_and_a_column_a_model() -> None:
    text = metrics_text(pd.DataFrame([card(sharpe=0.5), card("buy_hold", sharpe=1.25)]), color=False)
    assert text.splitlines()[0].strip() == "IBM  2002-07-17 … 2013-03-01, out of sample, 252 bars a year"
    assert text.splitlines()[1].split() == ["ar", "buy_hold"]
    assert line_of(text, "sharpe") == ["sharpe", "0.500", "1.250"]
    assert len(text.splitlines()) == 2 + len(METRICS) - 1, "bars per year stands in the title"


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("accuracy", 0.50786, "50.8 %"),
        ("total_return", 12.3456, "1,234.6 %"),
        ("n_bars", 2675, "2,675"),
        ("losers_in_a_row", 7, "7"),
        ("best_month", 0.0817, "8.2 %"),
        ("log_loss", 0.69315, "0.693"),
        ("auc", np.nan, "n/a"),
        ("collapsed", 1, "yes"),
        ("collapsed", 0, "no"),
        ("collapsed", pd.NA, "n/a"),
    ],
)
def test_each_kind_of_number(metric: str, value: float, shown: str) -> None:
    text = metrics_text(pd.DataFrame([card(**{metric: value})]), color=False)
    assert " ".join(line_of(text, metric.replace("_", " "))).endswith(shown)


def test_one_table_a_symbol() -> None:
    text = metrics_text(pd.DataFrame([card(), card(symbol="AAPL")]), color=False)
    assert text.count("out of sample") == 2


def test_escapes_in_a_symbol_are_shown_not_obeyed() -> None:
    text = metrics_text(pd.DataFrame([card(symbol="\x1b[31mred[/b]\u202e")]), color=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[/b]" in text


def test_color_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    frame = pd.DataFrame([card(), card("buy_hold")])
    assert "\x1b[" in metrics_text(frame, color=True)
    assert "\x1b[" not in metrics_text(frame, color=False)


def test_no_column_is_cut_off_without_a_terminal() -> None:
    models = [f"a_long_model_name_{i}" for i in range(7)]
    text = metrics_text(pd.DataFrame([card(m) for m in models]), color=False)
    assert text.splitlines()[1].split() == models


def test_listing() -> None:
    text = listing_text([{"model": "ar", "meaning": "[bold]as it is"}], color=False)
    assert text.splitlines()[0].split() == ["model", "meaning"]
    assert "[bold]as it is" in text
    assert listing_text([], color=False).strip() == ""


def test_a_table_wider_than_the_terminal_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    rows = [{f"a_long_column_{i}": f"value{i}{row}" for i in range(12)} for row in "ab"]
    lines = listing_text(rows, color=True).splitlines()
    assert len(lines) == 12
    assert lines[3].split() == ["a_long_column_3", "value3a", "value3b"]
    assert len(listing_text(rows, color=False).splitlines()) == 3, "a file is as wide as it needs"
