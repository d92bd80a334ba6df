"""Planted faults of the installation: a library missing, too old, or damaged."""

from __future__ import annotations

from importlib import metadata

import pytest
from packaging.requirements import Requirement

from signalcli.serving.doctor import libraries
from signalcli.serving.doctor.finding import Finding


def needed(monkeypatch: pytest.MonkeyPatch, *requirements: str) -> None:
    monkeypatch.setattr(libraries, "requirements", lambda: [Requirement(text) for text in requirements])


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {one.name: one for one in findings}


def test_a_sound_installation_has_no_fault() -> None:
    findings = by_name(list(libraries.check_versions()))
    assert {one.status for one in findings.values()} == {"ok"}
    assert findings["pandas"].found == metadata.version("pandas")
    assert findings["python"].found.startswith("3.")


def test_requirements_of_extras_are_not_needed() -> None:
    names = {one.name for one in libraries.requirements()}
    assert "pandas" in names
    assert "matplotlib" not in names


def test_a_library_that_is_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    needed(monkeypatch, "nosuchlibrary>=2")
    finding = by_name(list(libraries.check_versions()))["nosuchlibrary"]
    assert (finding.status, finding.remedy) == ("fault", "pip install 'nosuchlibrary>=2'")


def test_a_library_that_is_too_old_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    needed(monkeypatch, "pandas>=900")
    finding = by_name(list(libraries.check_versions()))["pandas"]
    assert finding.status == "fault"
    assert finding.found == f"{metadata.version('pandas')}, signalcli needs >=900"
    assert finding.remedy == "pip install 'pandas>=900'"


def test_the_serving_installation_lacks_what_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    needed(monkeypatch, "scikit-learn>=1.7", "pandas>=3")
    monkeypatch.setattr(libraries.metadata, "version", missing)
    findings = by_name(list(libraries.check_versions()))
    assert (findings["scikit-learn"].status, findings["pandas"].status) == ("absent", "fault")


def test_an_extra_that_is_missing_names_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "is_installed", lambda name: name != "duckdb")
    findings = by_name(list(libraries.check_extras()))
    assert (findings["duckdb"].status, findings["duckdb"].remedy) == (
        "absent",
        "pip install 'signalcli[duckdb]'",
    )
    assert findings["excel"].status == "ok"


def test_a_damaged_library_is_a_fault_and_a_sound_one_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("site")
    (folder / "brokenlib.py").write_text("raise OSError('libgomp.so.1: cannot open shared object file')")
    (folder / "crashlib.py").write_text("import os; os._exit(132)")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    needed(monkeypatch, "brokenlib", "crashlib", "tenacity", "nosuchlibrary")
    findings = by_name(list(libraries.check_imports()))
    assert {name: one.status for name, one in findings.items()} == {
        "brokenlib": "fault",
        "crashlib": "fault",
        "tenacity": "ok",
    }
    assert "libgomp.so.1" in findings["brokenlib"].found
    assert "132" in findings["crashlib"].found
    assert findings["brokenlib"].remedy == "pip install --force-reinstall 'brokenlib'"


def test_a_package_without_metadata_has_no_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "PROGRAM", "nosuchlibrary")
    assert libraries.requirements() == []
