"""Folders of the user."""

from pathlib import Path

import pytest

from signalcli.io.xdg import user_folder


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/me"}, Path("/state")),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/me"}, Path("/home/me/.local/state")),
        ({"HOME": "/home/me"}, Path("/home/me/.local/state")),
        ({"HOME": "relative"}, None),
        ({}, None),
    ],
)
def test_the_variable_or_the_default_below_home(variables, folder, monkeypatch):
    for name in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert user_folder("XDG_STATE_HOME", ".local/state") == folder
