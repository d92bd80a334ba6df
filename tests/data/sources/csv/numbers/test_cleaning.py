"""Cells of numbers in any notation."""

from __future__ import annotations

import pandas as pd
import pytest

from signalcli.data.sources.csv.numbers.cleaning import strip_cells
from signalcli.data.sources.csv.numbers.formats import infer_number_format, to_floats


def floats(*cells: str, delimiter: str = ";") -> list[float]:
    column = pd.DataFrame({"cell": pd.Series(cells, dtype="str")})
    cleaned = strip_cells(column, blanks=delimiter != ",")
    return to_floats(cleaned["cell"], infer_number_format(cleaned, delimiter, "f")).tolist()


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.23M", "2.5K", "7B", "1T", "900"], [1_230_000, 2_500, 7e9, 1e12, 900]),
        (["1,23M", "2,5K", "0"], [1_230_000, 2_500, 0]),
        (["1,234.5K", "2.5"], [1_234_500, 2.5]),
        (["1.234,5 Mio.", "2 Mrd", "3 Tsd."], [1_234_500_000, 2e9, 3e3]),
        (["2,5 млн", "3 тыс."], [2.5e6, 3e3]),
        (["12.5万", "1亿", "3千"], [125_000, 1e8, 3e3]),
        (["$1,084.12", "-$5.00", "$ 7"], [1084.12, -5, 7]),
        (["1.084,12 €", "5,5 EUR", "CHF 7"], [1084.12, 5.5, 7]),
        (["1'084.12", "1’084’000.5"], [1084.12, 1_084_000.5]),
        (["1\u202f084,12", "1\u00a0084\u00a0000,5", "1 084,5"], [1084.12, 1_084_000.5, 1084.5]),
        (["+1.5", "−2.5"], [1.5, -2.5]),
        (["1.45e3", "2E-1"], [1450, 0.2]),
    ],
)
def test_a_number_in_any_notation(cells: list[str], values: list[float]) -> None:
    assert floats(*cells) == values


@pytest.mark.parametrize("cell", ["-", "--", "—", "#N/A", "N/D", "", " ", "NULL", "n.a."])
def test_nothing_in_any_notation(cell: str) -> None:
    assert pd.isna(floats("1.5", cell)[1])


@pytest.mark.parametrize("cell", ["1M2", "M", "1.2.3", "12 34", "1,2,3.4", "$", "1.5X", "abc"])
def test_what_is_no_number_stays_none(cell: str) -> None:
    assert pd.isna(floats("1.5", cell)[1])


def test_a_blank_between_digits_is_no_mark_where_commas_separate_cells() -> None:
    assert pd.isna(floats("1.5", "1 000", delimiter=",")[1])
