"""Put a mutation into the modules of this process, before any test is imported."""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

PACKAGE = "signalcli"


def function_codes() -> dict[tuple[str, str], list[FunctionType]]:
    """Functions of the imported package by file and qualified name."""
    found = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and (thing.__module__ or "").startswith(PACKAGE):
            found[thing.__code__.co_filename, thing.__code__.co_qualname].append(thing)
    return found


def plant_function(functions: Sequence[FunctionType], code: str, path: str) -> bool:
    """Give the functions the code of their namesake in the mutated file; False when it has none."""
    new = [
        c for c in _codes(compile(code, path, "exec")) if c.co_qualname == functions[0].__code__.co_qualname
    ]
    for function in functions:
        same = [c for c in new if c.co_firstlineno == function.__code__.co_firstlineno]
        if len(same) != 1 or same[0].co_freevars != function.__code__.co_freevars:
            return False
        function.__code__ = same[0]
    return True


def _codes(code: CodeType) -> list[CodeType]:
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return [code, *(deeper for c in inner for deeper in _codes(c))]


class _Source(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a text instead of its file."""

    def __init__(self, module: str, path: Path, code: str) -> None:
        self.module, self.path, self.code = module, path, code

    def find_spec(self, fullname: str, path: object = None, target: object = None):
        if fullname != self.module:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))
        spec.has_location = True
        if self.path.name == "__init__.py":
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.code, str(self.path), "exec"), vars(module))  # noqa: S102


def plant_module(root: Path, path: str, code: str) -> None:
    """Forget the package, so that it is imported again with the mutated file."""
    for module in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[module]
    name = ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")
    sys.meta_path.insert(0, _Source(name, root / path, code))
