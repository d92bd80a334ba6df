"""SIGNALS for people."""

import pandas as pd

from signalcli.report.text.signals import signals_text

DATE = pd.Timestamp("2024-03-01")


def signal(symbol: str = "IBM", model: str = "ar", **values: object) -> dict[str, object]:
    row = {"symbol": symbol, "date": DATE, "model": model, "p_up": 0.53458, "prediction": 1, "position": 1}
    return row | {"close": 175.27118, "valid_from": DATE, "valid_until": DATE} | values


def words(*rows: dict[str, object]) -> list[list[str]]:
    table = pd.DataFrame(rows).astype({"prediction": "Int8", "position": "Int8"})
    return [line.split() for line in signals_text(table, color=False).splitlines()]


def test_symbol_date_probability_direction_position() -> None:
    assert words(signal(), signal("AAPL", p_up=0.4, prediction=0, position=-1)) == [
        ["symbol", "date", "p_up", "direction", "position"],
        ["IBM", "2024-03-01", "0.5346", "up", "1"],
        ["AAPL", "2024-03-01", "0.4000", "down", "-1"],
    ]


def test_three_classes_have_three_probabilities_and_flat() -> None:
    assert words(signal(p_up=0.2, p_flat=0.5, p_down=0.3, prediction=0, position=0)) == [
        ["symbol", "date", "p_up", "p_flat", "p_down", "direction", "position"],
        ["IBM", "2024-03-01", "0.2000", "0.5000", "0.3000", "flat", "0"],
    ]
    assert words(signal(p_up=0.2, p_flat=0.3, p_down=0.5, prediction=-1, position=-1))[1][-2:] == [
        "down",
        "-1",
    ]


def test_models_are_named_when_there_are_several() -> None:
    assert words(signal(), signal(model="tree"))[0][2] == "model"
