"""Encodings of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import run
from signalcli.errors import DataError
from signalcli.io.containers.encoding import to_utf8
from signalcli.io.containers.part import never

HEAD = "date,open,high,low,close,volume\n2024-01-02,1,2,0.5,1.5,9\n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=300))
def test_utf8_is_what_it_was(text):
    content = HEAD.encode() + text.encode()
    assert to_utf8(content, "x", never) == (content, None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@given(text=st.text(st.characters(max_codepoint=0x9FFF, exclude_categories=["C"]), max_size=40))
def test_wide_text_without_a_mark(encoding, text):
    rows = HEAD * 4 + text
    assert to_utf8(rows.encode(encoding), "x", never) == (rows.encode(), None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_mark_decides(encoding):
    assert to_utf8("日期,开盘\n".encode(encoding), "x", never) == ("日期,开盘\n".encode(), None)


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("cp1252", "Datum;Eröffnung;Höchst;Tiefst;Schluß"),
        ("gb18030", "日期,开盘,最高,最低,收盘"),
        ("cp932", "日付,始値,高値,安値,終値"),
        ("cp949", "날짜,시가,고가,저가,종가"),
        ("cp1251", "Дата;Открытие;Максимум;Минимум;Закрытие"),
        ("cp1250", "Data;Otwarcie;Najwyższy;Najniższy;Zamknięcie"),
        ("cp850", "Datum;Eröffnung;Höchst;Tiefst;Schluß"),
    ],
)
def test_words_decide_between_older_encodings(encoding, header):
    words = header.replace(";", ",").split(",")
    text = f"{header}\n2024-01-02;1;2\n"
    assert to_utf8(text.encode(encoding), "x.csv", words.__contains__) == (
        text.encode(),
        f"x.csv: text is not UTF-8; read as {encoding}",
    )


def test_without_words_it_is_that_of_windows():
    content, note = to_utf8("Name: Société Générale\n".encode("cp1252"), "x", never)
    assert content.decode() == "Name: Société Générale\n"
    assert "cp1252" in note


def test_wide_text_that_is_cut_says_where():
    content = HEAD.encode("utf-16")[:-1]
    with pytest.raises(DataError, match="x:2: no UTF-16 text") as caught:
        to_utf8(content, "x", never)
    assert caught.value.code == "FILE-DAMAGED"


def test_the_line_is_said_once_and_the_table_is_read():
    content = HEAD.replace("date", "name,date").replace("2024", "Société,2024").encode("cp1252")
    result = run("fetch --source -", content)
    assert result.splitlines()[1].startswith("Société,2024-01-02")
    assert result.stderr == "signalcli: warning: stdin: text is not UTF-8; read as cp1252\n"


def test_a_table_of_our_own_is_utf8_or_an_error():
    content = HEAD.replace("date", "name,date").replace("2024", "Société,2024").encode("cp1252")
    assert to_utf8(content, "x", None) == (content, None)
    line = run("fit -", content.replace(b"name", b"symbol"), status=65).stderr
    assert "read as" not in line
