"""Own code: its source and that of its imports decide, installed libraries by their version."""

import pytest

from signalcli.training.cache.own_code import hash_own_code

MAIN = "from {pkg} import helper\ndef make():\n    from {pkg}.deep import late\n    return late, helper\n"


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """A package of its own name, so that no test sees the modules of another."""
    name = f"own_{abs(hash(request.node.name)) % 10**8}"
    root = tmp_path / name
    (root / "deep").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    (root / "deep" / "__init__.py").write_text("")
    (root / "main.py").write_text(MAIN.format(pkg=name))
    (root / "helper.py").write_text("import sklearn\nfrom . import sibling\n")
    (root / "sibling.py").write_text("A = 1\n")
    (root / "deep" / "late.py").write_text("from ..unused import *\ndef value(x): return x\n")
    (root / "unused.py").write_text("B = 1\n")
    (root / "stranger.py").write_text("C = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    return root


def digest(package):
    return hash_own_code(f"{package.name}.main:make")


@pytest.mark.parametrize(
    "file", ["main.py", "helper.py", "sibling.py", "deep/late.py", "unused.py", "__init__.py"]
)
def test_a_change_in_any_imported_module_is_seen(package, file):
    before = digest(package)
    assert digest(package) == before
    (package / file).write_text((package / file).read_text() + "\n# changed\n")
    assert digest(package) != before


def test_a_module_that_nothing_imports_does_not_matter(package):
    before = digest(package)
    (package / "stranger.py").write_text("C = 2\n")
    assert digest(package) == before


def test_a_library_counts_by_its_version(package, monkeypatch):
    import sklearn

    before = digest(package)
    monkeypatch.setattr(sklearn, "__version__", "0.0")
    assert digest(package) != before
