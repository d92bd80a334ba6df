"""Tables wider than a terminal: a line a field."""

from rich.cells import cell_len

from signalcli.report.text.wide import fits, wide_text

ROWS = [
    {"model": "ar", "criterion": "log_loss", "value": "0.69", "seeds": "1", "empty": ""},
    {"model": "tree", "criterion": "accuracy", "value": "0.51", "seeds": "1", "empty": ""},
]


def test_what_all_rows_share_stands_once() -> None:
    assert wide_text(ROWS, 40).splitlines() == [
        "seeds      1",
        "",
        "model      ar        tree",
        "criterion  log_loss  accuracy",
        "value      0.69      0.51",
    ]


def test_rows_that_do_not_fit_follow_below() -> None:
    lines = wide_text(ROWS, 24).splitlines()
    assert max(map(len, lines)) <= 24
    assert [line.split()[1] for line in lines if line.startswith("model")] == ["ar", "tree"]


def test_a_long_cell_is_cut_with_a_sign() -> None:
    lines = wide_text([{"a": "x" * 500, "b": "1"}], 80).splitlines()
    assert lines == ["a  " + "x" * 76 + "…", "b  1"]


def test_columns_fit_when_no_word_is_broken() -> None:
    assert fits([{"name": "one two three", "x": "1"}], 8)
    assert not fits([{"name": "one two three", "x": "1"}], 7)
    assert fits([], 1)


def test_characters_of_two_columns_count_twice() -> None:
    """Three symbols of nine Chinese characters are 18 columns wide, not nine."""
    rows = [{"symbol": "银行股份有限公司A", "value": str(i)} for i in range(3)]
    lines = wide_text([*rows, {"symbol": "B", "value": "3"}], 40).splitlines()
    assert max(map(cell_len, lines)) <= 40
    assert wide_text([*rows, {"symbol": "B", "value": "3"}], 80).count("银行股份有限公司A") == 3
    assert not fits(rows, 17)
    (cut,) = wide_text([{"a": "银" * 50}], 20).splitlines()
    assert cut == "a  " + "银" * 8 + "…"
