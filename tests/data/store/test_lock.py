"""One writer a store, and where stores are."""

from __future__ import annotations

from pathlib import Path

import pytest

from signalcli.data.store.folders import existing_store, make_folder, store_folder
from signalcli.data.store.lock import lock_store
from signalcli.errors import ExitStatus, LockedError, NoInputError, OutputError, UsageError


def test_the_second_writer_is_told_to_come_back(tmp_path: Path) -> None:
    store = tmp_path / "new" / "store"
    with (
        lock_store(store, 0),
        pytest.raises(LockedError, match="try later") as caught,
        lock_store(store, 0.1),
    ):
        pass
    assert caught.value.exit_status is ExitStatus.LOCKED


def test_the_lock_is_given_back_even_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), lock_store(tmp_path, 0):
        raise RuntimeError
    with lock_store(tmp_path, 0):
        pass


def test_who_waits_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = lock_store(tmp_path, 0)
    holder.__enter__()
    naps = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            holder.__exit__(None, None, None)

    monkeypatch.setattr("signalcli.io.locks.time.sleep", nap)
    with lock_store(tmp_path, 60):
        assert len(naps) == 3


def test_two_stores_are_two_locks(tmp_path: Path) -> None:
    with lock_store(tmp_path / "a", 0), lock_store(tmp_path / "b", 0):
        pass


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        make_folder(tmp_path / "file" / "store")


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/me"}, "/data/signalcli"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/home/me"}, "/home/me/.local/share/signalcli"),
        ({"HOME": "/home/me"}, "/home/me/.local/share/signalcli"),
    ],
)
def test_the_default_folder(
    environment: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(store_folder("default")) == folder


def test_without_a_home_a_folder_must_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="name a folder with --store DIR"):
        store_folder("default")
    assert store_folder(str(tmp_path)) == tmp_path


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoInputError, match="no such store"):
        existing_store(str(tmp_path / "none"))
