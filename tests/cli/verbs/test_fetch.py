"""The fetch verb, from Yahoo as it really is: the client over the wire, the server on loopback."""

import pytest

import loopback_yahoo as fake
from shell import run, run_installed

served_yahoo = fake.served_yahoo  # registers the fixture loopback_yahoo


@pytest.fixture
def yahoo(loopback_yahoo, monkeypatch):
    for name, value in loopback_yahoo.routes.items():
        monkeypatch.setenv(name, value)
    return loopback_yahoo


def test_the_installed_command_fetches_from_yahoo(loopback_yahoo) -> None:
    loopback_yahoo.says("IBM", fake.walk("IBM"))
    bars = run_installed("fetch IBM", **loopback_yahoo.routes)
    head, *rows = bars.splitlines()
    assert head == "symbol,date,open,high,low,close,volume"
    assert len(rows) == 300
    assert bars.stderr == ""


def test_the_whole_river_from_yahoo(yahoo) -> None:
    yahoo.says("IBM", fake.walk("IBM"))
    assert "IBM,ar," in run("run IBM --model ar --folds 3")


def test_the_good_symbols_are_written_and_the_others_named(yahoo) -> None:
    yahoo.says("IBM", fake.walk("IBM"))
    result = run("fetch NOSUCH IBM --timeout 20", status=66)
    assert {line.split(",")[0] for line in result.splitlines()[1:]} == {"IBM"}
    assert "NOSUCH" in result.stderr


def test_trouble_that_may_pass_decides_the_exit_status(yahoo) -> None:
    yahoo.says("IBM", fake.RATE_LIMITED)
    result = run("fetch NOSUCH IBM --timeout 6", status=69)
    assert result == ""
    assert "YAHOO-NOSYMBOL" in result.stderr
    assert "YAHOO-UNAVAILABLE" in result.stderr
    assert "429" in result.stderr


def test_no_symbol_is_a_usage_error() -> None:
    assert "no symbol given" in run("fetch", status=2).stderr


def test_a_setting_of_a_process_that_is_not_fetched() -> None:
    result = run("fetch walk --source synthetic --set ar1.phi=.2", status=2)
    assert "ar1 is not fetched" in result.stderr
