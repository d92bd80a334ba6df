"""Shared bars; everything here is small and seeded."""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Before TensorFlow, which carries a libcurl of its own: whichever comes first serves both, and yfinance wants
# curl_cffi's. The command fetches before it fits; a test worker does both in any order.
import curl_cffi  # noqa: F401
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from bars_files import read_bars_csv
from shell import SAMPLE
from signalcli.data.bars import to_bars
from signalcli.data.sources.synthetic import synthetic_bars

# One machine is slow, another fast: a property fails on what it says, never on how long it took.
settings.register_profile(
    "plain", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("plain")


@pytest.fixture(scope="session", autouse=True)
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the ledger of whoever runs it."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session", autouse=True)
def _no_cache() -> Iterator[None]:
    """No test reads or fills the cache of whoever runs it; a planted bug must never be hidden by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signalcli.training.cache.open.user_folder", lambda *_: None)
        yield


@pytest.fixture(scope="session")
def stocks() -> pd.DataFrame:
    """BARS of the five sample stocks, adjusted."""
    return to_bars(read_bars_csv(str(SAMPLE)), where="stocks").bars


@pytest.fixture(scope="session")
def ibm(stocks: pd.DataFrame) -> pd.DataFrame:
    """BARS of IBM, 2000 to 2013."""
    return stocks[stocks["symbol"] == "IBM"].reset_index(drop=True)


@pytest.fixture
def walk() -> pd.DataFrame:
    """400 bars of a random walk."""
    return synthetic_bars("walk", rows=400, seed=1)


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded random numbers."""
    return np.random.default_rng(7)
