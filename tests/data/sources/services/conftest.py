"""Services on loopback, with this very process routed to them."""

import pytest

import loopback_web as fake

served_web = fake.served_web
KEY = "sekret-0123456789"


@pytest.fixture
def web(loopback_web, monkeypatch):
    for name, value in loopback_web.routes.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TIINGO_API_KEY", KEY)
    return loopback_web


@pytest.fixture
def naps(monkeypatch):
    """Sleeps between tries, written down instead of slept."""
    slept = []
    monkeypatch.setattr("signalcli.data.sources.web.retry.time.sleep", slept.append)
    return slept
