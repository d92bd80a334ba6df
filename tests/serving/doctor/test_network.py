"""A Yahoo that answers, and one that does not."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from signalcli.data.sources import fetch as sources
from signalcli.errors import UnavailableError
from signalcli.serving.doctor import network

NOW = dt.datetime(2024, 3, 15, tzinfo=dt.UTC)


class Answer:
    def __init__(self, failures: list[Exception]) -> None:
        self.failures = failures
        self.bars = pd.DataFrame({"date": pd.to_datetime(["2024-03-13", "2024-03-14"])})


def answer(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> list[tuple[object, ...]]:
    asked: list[tuple[object, ...]] = []

    def fetch(symbols: object, config: object, now: object) -> Answer:
        asked.append((symbols, config))
        return Answer(list(failures))

    monkeypatch.setattr(sources, "fetch", fetch)
    return asked


def test_bars_of_yahoo_are_fine_and_few_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch)
    (finding,) = network.check_yahoo(NOW)
    assert (finding.status, finding.found) == ("ok", "answers: bars up to 2024-03-14")
    ((symbols, config),) = asked
    assert symbols == ["IBM"]
    assert config.start == dt.date(2024, 3, 1)  # type: ignore[attr-defined]


def test_a_yahoo_that_does_not_answer_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, UnavailableError("YAHOO-UNAVAILABLE", "IBM: no answer from Yahoo"))
    (finding,) = network.check_yahoo(NOW)
    assert (finding.status, finding.found) == ("fault", "IBM: no answer from Yahoo")
    assert "proxy" in finding.remedy


def test_without_the_client_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "is_installed", lambda _name: False)
    (finding,) = network.check_yahoo(NOW)
    assert (finding.status, finding.remedy) == ("fault", "pip install yfinance curl_cffi")
