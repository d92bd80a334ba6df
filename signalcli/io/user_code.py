"""Code of the user's: objects named as module:name, or installed as entry points.

Importing a module runs its code, so only the user may name one: what a file asks for is refused by
`UserCode.refuse_unnamed` unless the command line names it too, or it is an installed entry point.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from signalcli.errors import ConfigError, SignalcliError, nearest, printable

if TYPE_CHECKING:
    from importlib import metadata


UNNAMED = "PLUGIN-UNNAMED"  # error code of code that a file asks for


@dataclass(frozen=True)
class UserCode:
    """One kind of code that a user may bring.

    Parameters
    ----------
    flag : str
        Option that names it.
    group : str
        Group of entry points.
    wanted : str
        What the name must stand for, in messages.
    """

    flag: str
    group: str
    wanted: str

    def refuse_unnamed(self, where: str, asked: Sequence[str], named: Sequence[str]) -> None:
        """Raise ConfigError for code that a file asks for, and that the user has not named.

        A file must not decide which code is imported; an entry point was installed by the user.
        """
        installed = self.installed()
        unnamed = [name for name in asked if name not in named and (":" in name or name not in installed)]
        if unnamed:
            flag = f"{self.flag} {printable(','.join(asked))}"
            raise ConfigError(
                UNNAMED,
                f"{where}: asks for {printable(', '.join(unnamed))}; if you trust that code, add {flag}",
            )

    @contextmanager
    def faults(self, name: str) -> Iterator[None]:
        """Anything that the user's code raises, SystemExit included, becomes a ConfigError.

        What it prints goes to stderr, because standard output is for the table of the verb.
        """
        try:
            with redirect_stdout(sys.stderr):
                yield
        except (SignalcliError, KeyboardInterrupt):
            raise
        except BaseException as error:
            reason = f"{type(error).__name__}: {printable(error)}{_hint(error)}"
            raise ConfigError("PLUGIN-LOAD", f"{self.flag} {printable(name)}: {reason}") from error

    def load(self, name: str) -> Any:
        """The object with this name. Raises ConfigError where it is not the user's own."""
        module, colon, attribute = name.partition(":")
        if not colon:
            return self._load_installed(name)
        if module.partition(".")[0] in sys.stdlib_module_names:
            raise self._refused(name, "a module of Python itself, not a plug-in; rename yours")
        with working_folder_last():
            found = getattr(importlib.import_module(module), attribute)
        if inspect.isbuiltin(found) or not (callable(found) or hasattr(found, "fit")):
            raise self._refused(name, f"not a {self.wanted}")
        return found

    def installed(self) -> dict[str, metadata.EntryPoint]:
        """Entry points of this kind by name."""
        from importlib import metadata  # loads for half as long as all models by name

        return {point.name: point for point in metadata.entry_points(group=self.group)}

    def _load_installed(self, name: str) -> Any:
        installed = self.installed()
        if name not in installed:
            names = ", ".join(sorted(installed)) or "none"
            raise self._refused(name, f"must be module:function or an installed name ({names})")
        return installed[name].load()

    def _refused(self, name: str, reason: str) -> ConfigError:
        return ConfigError("PLUGIN-NAME", f"{self.flag} {printable(name)}: {reason}")


def _hint(error: BaseException) -> str:
    """What to do about a module that is not found, or about a name that it does not have."""
    if isinstance(error, ModuleNotFoundError):
        return "; run from the folder of its file, or install it"
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        public = _public(error.obj)
        return f"; did you mean {nearest(error.name or '', public)}?" if public else ""
    return ""


def _public(module: ModuleType) -> list[str]:
    """Classes and functions of a module."""
    return [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]


@contextmanager
def working_folder_last() -> Iterator[None]:
    """Modules of the working folder can be imported, and hide no installed one."""
    path, folder = list(sys.path), str(Path.cwd())
    sys.path[:] = [*(p for p in path if p not in {"", folder}), folder]
    try:
        yield
    finally:
        sys.path[:] = path
