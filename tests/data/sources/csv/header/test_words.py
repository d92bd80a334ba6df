"""The table of words by language is consistent."""

from __future__ import annotations

import pytest

from signalcli.data.sources.csv.header.fields import WORDS, field_of, match_fields
from signalcli.data.sources.csv.header.names import normalize, spellings
from signalcli.data.sources.csv.header.words import LANGUAGES

PRICES = ("open", "high", "low", "close", "volume")


@pytest.mark.parametrize("first", PRICES)
@pytest.mark.parametrize("second", PRICES)
def test_a_word_means_one_price(first: str, second: str) -> None:
    assert first == second or not set(WORDS[first]) & set(WORDS[second])


def test_each_language_has_the_words_of_a_bar() -> None:
    assert all({"date", "open", "high", "low", "close", "volume"} <= set(language) for language in LANGUAGES)


def test_each_word_is_found_with_its_own_spelling() -> None:
    for language in LANGUAGES:
        for field, words in language.items():
            assert all(field_of(word, field) is not None for word in words), field


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("<CLOSE>", "close"),
        ("Eröffnung", "eroffnung"),
        ("KAPANIŞ", "kapanis"),
        ("Najniższy", "najnizszy"),
        ("Adj-Close", "adj_close"),
        ("ОБЪЁМ", "объем"),
    ],
)
def test_spelling_does_not_count(name: str, first: str) -> None:
    assert normalize(name) == first


def test_a_name_may_stand_for_shorter_ones() -> None:
    assert "open" in spellings("1. open")
    assert "open" in spellings("1a. open (USD)")
    assert "close" in spellings("Close/Last")
    assert "open_price" in spellings("openPrice")
    assert "turnover" in spellings("Turnover - USD")


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["Date", "Price", "Close"], {"date": 0, "close": 2}),
        (["unix", "date", "close"], {"date": 1, "close": 2}),
        (["Date", "Time", "Last"], {"date": 0, "time": 1, "close": 2}),
        (["Time", "Last"], {"date": 0, "close": 1}),
        (["", "Date"], {"date": 1}),
        (["", "Open"], {"date": 0, "open": 1}),
        (["+/- %", "Open"], {"open": 1}),
        (["Open Interest", "Open"], {"open": 1}),
        (["Volume MA", "Volume USD"], {"volume": 1}),
        (["PREV. CLOSE", "ltp", "close"], {"close": 2}),
    ],
)
def test_the_most_certain_name_is_taken(names: list[str], fields: dict[str, int]) -> None:
    assert match_fields(names) == fields
