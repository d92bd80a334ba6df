"""Width of a text before it is drawn: broad letters, capitals, East Asian letters, marks above letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.report.figures.letters import cut, text_width


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("wwww", 6), ("AB", 2.4), ("日本", 4), ("e\u0301", 1), ("שלום", 4)],
)
def test_width_in_letters_of_mean_width(text, width):
    assert text_width(text) == pytest.approx(width)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gradient", "gradient"),
        ("x" * 12, "x" * 9 + "…"),
        ("w" * 12, "w" * 6 + "…"),
        ("日" * 9, "日" * 4 + "…"),
    ],
)
def test_cut_to_ten_letters(text, shown):
    assert cut(text, 10) == shown


@given(st.text(max_size=40), st.integers(3, 30))
def test_a_cut_text_fits_and_is_a_beginning(text, most):
    shown = cut(text, most)
    assert text_width(shown) <= most + 1e-9
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
