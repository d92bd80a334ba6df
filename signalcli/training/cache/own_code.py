"""A hash of the user's own code behind a model: its source, and that of the modules it imports.

Imports are read from the source, also those inside functions; what a module imports by a computed name, or
reads from a file, is not seen.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from signalcli.models.registry import OWN

_INSTALLED = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib")})


def hash_own_code(name: str) -> str:
    """Hash of the code of a model that is named ``module:name`` or by an entry point."""
    module = name if ":" in name else OWN.installed()[name].value
    parts = _parts_of(module.partition(":")[0])
    return hashlib.sha256("\n".join([module, *sorted(parts)]).encode()).hexdigest()


def _parts_of(first: str) -> set[str]:
    """A line for each module: the hash of its source, or the version of what was installed."""
    parts: set[str] = set()
    seen: set[str] = set()
    ahead = [first]
    while ahead:
        name = ahead.pop()
        if name in seen or name.partition(".")[0] in sys.stdlib_module_names:
            continue
        seen.add(name)
        spec = _find(name)
        if spec is None:
            continue
        if _is_installed(spec):
            parts.add(_version(name.partition(".")[0]))
            continue
        source = _source(spec)
        parts.add(f"{name} {hashlib.sha256(source).hexdigest()}")
        ahead += _imports(source, name if spec.submodule_search_locations else name.rpartition(".")[0])
    return parts


def _find(name: str) -> ModuleSpec | None:
    """Where a module is; nothing is imported."""
    parent, _, _ = name.rpartition(".")
    if not parent:
        return PathFinder.find_spec(name, [*sys.path, str(Path.cwd())])
    above = _find(parent)
    places = None if above is None else above.submodule_search_locations
    return None if places is None else PathFinder.find_spec(name, list(places))


def _is_installed(spec: ModuleSpec) -> bool:
    return spec.origin is not None and any(
        spec.origin.startswith(f"{place}/") or "/site-packages/" in spec.origin for place in _INSTALLED
    )


def _version(package: str) -> str:
    """Name and version of an installed package."""
    loaded = getattr(sys.modules.get(package), "__version__", None)
    if loaded is None:
        names = importlib.metadata.packages_distributions().get(package, [])
        loaded = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in sorted(names))
    return f"{package} {loaded}"


def _source(spec: ModuleSpec) -> bytes:
    """Bytes of a module; empty for a folder without ``__init__``."""
    return Path(spec.origin).read_bytes() if spec.origin and Path(spec.origin).is_file() else b""


def _imports(source: bytes, package: str) -> Iterator[str]:
    """Names that a source imports, of which some may be no modules; none of what is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name for alias in node.names for name in _with_parents(alias.name))
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield from _with_parents(base)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Full name of the module behind ``from``."""
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _with_parents(name: str) -> Iterator[str]:
    """A module and the packages around it, whose ``__init__`` runs as well."""
    parts = name.split(".") if name else []
    yield from (".".join(parts[: end + 1]) for end in range(len(parts)))
