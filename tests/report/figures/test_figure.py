"""Figures: the same bytes each time, no partial files, one clear error when none can be drawn."""

import sys

import pytest

from signalcli.errors import OutputError, UsageError
from signalcli.report.figures.figure import check_figure_path, figure

BEGINNING = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml"}


def draw(path, height=1.0):
    with figure(str(path), 2, 1) as fig:
        fig.subplots().plot([0.0, height], label="line")


@pytest.mark.parametrize("form", BEGINNING)
def test_the_name_decides_the_format_and_the_drawing_the_bytes(tmp_path, form):
    for name, height in (("a", 1), ("b", 1), ("c", 2)):
        draw(tmp_path / f"{name}.{form}", height)
    first, again, other = ((tmp_path / f"{name}.{form}").read_bytes() for name in "abc")
    assert first.startswith(BEGINNING[form])
    assert first == again
    assert first != other


def test_nothing_is_written_when_drawing_fails(tmp_path):
    kept = tmp_path / "kept.svg"
    kept.write_text("old")
    with pytest.raises(ZeroDivisionError), figure(str(kept)):
        _ = 1 / 0
    assert kept.read_text() == "old"
    assert list(tmp_path.iterdir()) == [kept]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError):
        draw(tmp_path / "none" / "a.png")


def test_no_other_format(tmp_path):
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        check_figure_path(str(tmp_path / "a.jpg"))


def test_without_matplotlib_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"pip install 'signalcli\[plot\]'"):
        check_figure_path("a.png")


def test_no_window_library_is_loaded(tmp_path):
    before = "matplotlib.pyplot" in sys.modules  # by whatever else ran in this process
    draw(tmp_path / "a.png")
    assert ("matplotlib.pyplot" in sys.modules) == before
