"""``--retry NxSPAN``: number of tries and pause."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.config.retry import RetryConfig
from signalcli.errors import UsageError

SECONDS = {"s": 1, "m": 60, "h": 3600}


@given(st.integers(1, 9999), st.integers(0, 999_999), st.sampled_from("smh"))
def test_tries_and_pause_are_read_back(tries: int, number: int, unit: str) -> None:
    config = RetryConfig(f"{tries}x{number}{unit}")
    assert (config.tries, config.pause) == (tries, dt.timedelta(seconds=number * SECONDS[unit]))


def test_without_it_nothing_is_tried_again() -> None:
    assert (RetryConfig().tries, RetryConfig().pause) == (0, dt.timedelta())


@pytest.mark.parametrize(
    "text", ["", "6", "x10m", "6x", "0x10m", "6x10", "6x10d", "-1x5m", "6 x 10m", "6X10m", "٣x5m"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="such as 6x10m"):
        RetryConfig(text)
