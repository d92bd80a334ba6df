"""METRICS in a terminal: a column a model, or a line a symbol; nothing is left out without a word."""

import re

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.metrics.catalogue import ESSENTIAL, MAIN, NOT_MAIN
from signalcli.evaluation.scorecard import METRICS
from signalcli.report.text.metrics.table import metrics_text

SYMBOLS = ("AAPL", "FB", "GOOG", "IBM")


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
        ("collapsed", 1, "yes"),
        ("collapsed", 0, "no"),
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


def test_what_is_known_of_no_model_is_not_shown() -> None:
    one = card(auc=np.nan, sharpe=np.nan)
    text = metrics_text(pd.DataFrame([one, card("buy_hold", auc=np.nan, sharpe=1.0)]), color=False)
    assert "auc" not in text
    assert line_of(text, "sharpe") == ["sharpe", "n/a", "1.000"]
    assert "further" not in text, "an empty column hides nothing"


def test_hidden_metrics_are_counted_with_the_way_to_them() -> None:
    frame = pd.DataFrame([card(brier=np.nan)])
    text = metrics_text(frame, color=False, hidden=("brier", "mcc", "sortino", "else"), more="--metrics all")
    assert text.splitlines()[-1] == "2 further metrics: --metrics all"
    assert "mcc" not in text.replace("further metrics", "")


def test_a_dozen_metrics_decide() -> None:
    assert len(MAIN) == 14, "a dozen, dsr with --deflate, and the bars a year in the title"
    assert not set(MAIN) & set(NOT_MAIN)
    text = metrics_text(essential([card(dsr=np.nan)]), color=False, hidden=NOT_MAIN)
    shown = [re.split(r"  +", line)[0] for line in text.splitlines()[2:-1]]
    assert shown == [name.replace("_", " ") for name in MAIN if name not in {"bars_per_year", "dsr"}]


def essential(rows: list[dict[str, object]]) -> pd.DataFrame:
    """METRICS as they are without `--metrics all`."""
    return pd.DataFrame(rows).drop(columns=[name for name in METRICS if name not in ESSENTIAL])


def many(*models: str, symbols: tuple[str, ...] = SYMBOLS) -> pd.DataFrame:
    return essential([card(model, symbol, accuracy=0.5) for symbol in symbols for model in models])


def test_more_than_three_symbols_are_a_line_each() -> None:
    text = metrics_text(many("ar", "buy_hold"), color=False, hidden=NOT_MAIN)
    lines = text.splitlines()
    assert lines[0].startswith("4 symbols  2002-07-17 … 2013-03-01, out of sample, 252 bars a year")
    for symbol in SYMBOLS:
        assert sum(line.startswith(f"{symbol} ") for line in lines) == 2, "once a model"
    assert [line.split()[0] for line in lines[3:7]] == list(SYMBOLS)
    assert line_of(text, "IBM")[1:3] == ["50.0", "%"]
    three = metrics_text(many("ar", symbols=SYMBOLS[:3]), color=False, hidden=NOT_MAIN)
    assert three.count("out of sample") == 3


def test_parts_of_the_test_period_are_lines_too_and_a_year_is_no_number() -> None:
    years = essential([card(sharpe=year / 1000) | {"year": year} for year in range(2002, 2007)])
    text = metrics_text(years, color=False, hidden=NOT_MAIN)
    assert [line.split()[1] for line in text.splitlines()[3:8]] == ["2002", "2003", "2004", "2005", "2006"]
    assert "2,002" not in text
    assert "2,002" not in metrics_text(years, color=False)


@pytest.mark.parametrize("width", [80, 60, 40])
def test_a_narrow_terminal_keeps_whole_columns_and_counts_the_others(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    frame = many("ar", "a_very_long_name_of_a_model", symbols=(*SYMBOLS, "ANOTHER LONG NAME OF A SYMBOL"))
    text = re.sub(r"\x1b\[[0-9;]*m", "", metrics_text(frame, color=True, hidden=NOT_MAIN))
    assert max(map(len, text.splitlines())) <= width
    shown = sum(word in text for word in ("accuracy", "sharpe", "drawdown", "psr", "trades", "cost", "auc"))
    assert "…" in text.split("2013-03-01")[1], "a long name is cut with a sign"
    assert int(text.splitlines()[-1].split()[0]) > len(NOT_MAIN)
    assert shown >= 1


def test_foreign_text_cannot_steer_the_lines() -> None:
    frame = many("ar", symbols=(*SYMBOLS[:3], "\x1b[31m[/b]"))
    text = metrics_text(frame, color=False, hidden=NOT_MAIN)
    assert "\x1b" not in text
    assert "[/b]" in text


@pytest.mark.parametrize("symbols", [1, 4])
def test_bars_of_a_single_date_have_no_bars_a_year(symbols: int) -> None:
    rows = [card(symbol=symbol) | {"bars_per_year": np.nan} for symbol in SYMBOLS[:symbols]]
    text = metrics_text(pd.DataFrame(rows), color=False, hidden=NOT_MAIN)
    assert "out of sample\n" in text
