"""Versions of the libraries: those that are needed, those of extras, and whether each can be loaded."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement

import signalcli
from signalcli.errors import printable
from signalcli.io.libraries import EXTRAS, NOT_FOR_SERVING, install_command, is_installed
from signalcli.serving.doctor.finding import Finding

PROGRAM = "signalcli"
LONGEST_IMPORT = 120  # seconds


def check_versions() -> Iterator[Finding]:
    """Yield the versions of signalcli and Python, and of every library that they need."""
    system = f"{platform.system()} {platform.machine()}"
    yield Finding("version", PROGRAM, signalcli.__version__)
    yield Finding("version", "python", f"{platform.python_version()} on {system}")
    for requirement in requirements():
        yield _library(requirement)


def check_extras() -> Iterator[Finding]:
    """Yield each optional library, and the command that installs it."""
    for library, extra in EXTRAS.items():
        if is_installed(library):
            yield Finding("extra", extra, f"{library} is installed")
        else:
            yield Finding("extra", extra, f"{library} is not installed", "absent", install_command([library]))


def check_imports() -> Iterator[Finding]:
    """Yield whether each installed library can be loaded, in a process of its own: some crash instead."""
    for requirement in requirements():
        name = _import_name(requirement.name)
        if is_installed(name):
            yield _import(name, requirement)


def requirements() -> list[Requirement]:
    """Return the requirements of a plain installation; none where the package has no metadata."""
    try:
        every = map(Requirement, metadata.requires(PROGRAM) or [])
    except metadata.PackageNotFoundError:
        return []
    return [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]


def _library(requirement: Requirement) -> Finding:
    name, install = requirement.name, f"pip install '{requirement}'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return _not_installed(name, install)
    if requirement.specifier.contains(version, prereleases=True):
        return Finding("library", name, version)
    return Finding("library", name, f"{version}, signalcli needs {requirement.specifier}", "fault", install)


def _not_installed(name: str, install: str) -> Finding:
    """Libraries that train models are left out of the serving installation on purpose."""
    if _import_name(name) in NOT_FOR_SERVING:
        return Finding("library", name, "not installed: nothing can be fitted with it", "absent", install)
    return Finding("library", name, "not installed", "fault", install)


def _import_name(package: str) -> str:
    names = {"scikit-learn": "sklearn", "curl-cffi": "curl_cffi"}
    return names.get(package, package)


def _import(name: str, requirement: Requirement) -> Finding:
    remedy = f"pip install --force-reinstall '{requirement}'"
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter, and a name from our own metadata)
            [sys.executable, "-c", f"import {name}"],
            capture_output=True,
            timeout=LONGEST_IMPORT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("import", name, f"not loaded within {LONGEST_IMPORT} s", "fault", remedy)
    if done.returncode == 0:
        return Finding("import", name, "can be loaded")
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    reason = lines[-1] if lines else f"ended with status {done.returncode}"
    return Finding("import", name, printable(reason[:200]), "fault", remedy)
