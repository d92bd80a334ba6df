"""A file that is not there: the near name, the folder to make, and nothing where something else is wrong."""

import errno
from pathlib import Path

import pytest

from shell import run
from signalcli.errors import NoInputError, OutputError
from signalcli.io.files import read_bytes, write_bytes
from signalcli.io.missing import folder_hint, missing_hint

MISSING = FileNotFoundError(errno.ENOENT, "No such file or directory")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("bars.csv", "features.csv", "models"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("bar.csv", "; did you mean bars.csv?"),
        ("./baars.csv", "; did you mean bars.csv?"),
        ("model", "; did you mean models?"),
        ("q.csv", "; check the name and the working folder"),
        ("nowhere/bars.csv", "; check the name and the working folder"),
    ],
)
def test_a_near_name_of_the_same_folder_is_meant(name, hint):
    assert missing_hint(name) == missing_hint(name, MISSING) == hint


def test_the_advice_can_be_typed():
    with pytest.raises(
        NoInputError, match=r"^bar\.csv: No such file or directory; did you mean bars\.csv\?$"
    ):
        read_bytes("bar.csv")
    with pytest.raises(OutputError) as error:
        write_bytes("deep/er/x.csv", b"x")
    command = error.value.message.rpartition("first: ")[2]
    assert command == "mkdir -p deep/er"
    Path("deep/er").mkdir(parents=True)
    write_bytes("deep/er/x.csv", b"x")


def test_another_fault_has_no_such_advice(folder):
    assert missing_hint("bar.csv", PermissionError(errno.EACCES, "Permission denied")) == ""
    assert folder_hint(folder / "x", OSError(errno.ENOSPC, "No space left on device")) == ""


def test_a_misspelled_service_is_no_file():
    line = run("fetch IBM --source yaho", status=66).stderr
    assert line.endswith("yaho: no such file, and no such service; did you mean yahoo?\n")
