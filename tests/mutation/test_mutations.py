"""The changes that are made of a piece of code, by hand, and the list of those that no test can notice."""

import tomllib
from pathlib import Path

import pytest

from tests.mutation.mutations import mutations

ROOT = Path(__file__).parent.parent.parent
LISTED = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text(encoding="utf-8"))["equivalent"]


def changes(tmp_path: Path, code: str) -> set[str]:
    (tmp_path / "code.py").write_text(code)
    return {mutation.change[1] for mutation in mutations(tmp_path, "code.py")}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("a < 1", {"a <= 1", "a < 2", "a < 0"}),
        ("max(a, b)", {"min(a, b)", "max(a, )"}),
        ("np.abs(a)", {"(a)"}),
        ("int(a)", set()),
        ("a.clip(b)", {"a", "(b)"}),
        ("f(a, b, c=d, strict=True)", {"f(a, c=d, strict=True)", "f(a, b, strict=True)"}),
        ("[a for a in b if a and c]", {"[a for a in b]", "[a for a in b if a or c]"}),
        ("a if b else c", {"a if (b) and False else c", "a if (b) or True else c"}),
        ("not a", {"a"}),
        ('"text"', set()),
    ],
)
def test_an_expression(tmp_path: Path, line: str, wanted: set[str]) -> None:
    assert changes(tmp_path, f"x = {line}\n") == {f"x = {after}" for after in wanted}


def test_statements(tmp_path: Path) -> None:
    code = (
        'def f(a: "int" = 1) -> None:\n    """Text."""\n    if a:\n        raise ValueError(a + 1)\n    g()\n'
    )
    assert changes(tmp_path, code) == {
        'def f(a: "int" = 2) -> None:',
        'def f(a: "int" = 0) -> None:',
        "if True:",
        "if False:",
        "pass",
    }


def test_where_a_change_is(tmp_path: Path) -> None:
    """In the body of the outermost function; defaults and decorators are the module's."""
    code = "x = 0\nclass A:\n    def f(self, a=0):\n        def g():\n            return h(0,\n 0)\n"
    (tmp_path / "code.py").write_text(code)
    found = {(m.function, m.lines[0], m.lines[-1]) for m in mutations(tmp_path, "code.py")}
    assert found == {(None, 1, 1), (None, 3, 3), ("A.f", 5, 5), ("A.f", 5, 6)}


def test_every_listed_mutation_is_still_made() -> None:
    made = {m.name for path in {e["file"] for e in LISTED} for m in mutations(ROOT, path)}
    assert [e for e in LISTED if (e["file"], e["before"], e["after"]) not in made] == []
    assert all(e["reason"] for e in LISTED)
