"""Libraries that may be missing: found without an import, named with the command that installs them."""

import sys

import pytest

from signalcli.errors import ExitStatus, UsageError
from signalcli.io.libraries import install_command, is_installed, missing_libraries, require_library


def test_a_library_is_found_without_being_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert is_installed("colorsys")
    assert "colorsys" not in sys.modules
    assert not is_installed("no_such_library")


def test_a_library_that_is_blocked_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert not is_installed("sklearn")


def test_a_refusing_import_hook_means_not_installed(monkeypatch):
    class Refuse:
        def find_spec(self, name, *_):
            if name == "tensorflow":
                raise ModuleNotFoundError(name)

    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refuse(), *sys.meta_path])
    assert not is_installed("tensorflow")


@pytest.mark.parametrize(
    ("libraries", "command"),
    [
        (["arch"], "pip install 'signalcli[many]'"),
        (["sklearn"], "pip install scikit-learn"),
        (["sklearn", "tensorflow", "sklearn"], "pip install scikit-learn tensorflow"),
        (["matplotlib", "PIL"], "pip install 'signalcli[plot]'"),
    ],
)
def test_the_command_names_packages_once(libraries, command):
    assert install_command(libraries) == command


def test_the_error_says_what_for_and_what_to_do():
    error = missing_libraries(["sklearn", "lightgbm"], "fitting tree", "ar needs less")
    assert error.message == (
        "fitting tree needs scikit-learn and lightgbm: pip install scikit-learn lightgbm (not installed); "
        "ar needs less"
    )
    assert error.exit_status == ExitStatus.USAGE
    require_library("numpy", "anything")
    with pytest.raises(UsageError, match=r"--many needs no_lib: pip install no_lib"):
        require_library("no_lib", "--many")
