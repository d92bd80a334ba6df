"""Every error code of the source has a page, every page a code, with the exit status of its class."""

from __future__ import annotations

import ast
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import signalcli
from shell import run
from signalcli import errors
from signalcli.cli.commands import VERBS
from signalcli.cli.error_pages.catalogue import PAGES, PARTS, codes_of, page_of
from signalcli.cli.error_pages.page import Page
from signalcli.data.sources.yahoo.errors import EmptyWindowError

PACKAGE = Path(signalcli.__file__).parent
CLASSES = {
    name: int(kind.exit_status)
    for name, kind in (vars(errors) | {"EmptyWindowError": EmptyWindowError}).items()
    if isinstance(kind, type) and issubclass(kind, errors.SignalcliError) and name != "SignalcliError"
}
CODE = re.compile(r"[A-Z]+(-[A-Z0-9]+)*")
ALONE = {"faults.py": {"BUG", "USAGE", "LIBRARY", "MEMORY"}}  # returned in a tuple, not raised


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if str(path) not in {part.__file__ for part in PARTS}:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def codes_in_the_source() -> dict[str, set[int]]:
    """Codes with the exit statuses of their classes; a text with a hyphen is a code wherever it stands."""
    found: dict[str, set[int]] = defaultdict(set)
    for path, tree in sources():
        for node in ast.walk(tree):
            if is_text(node) and "-" in node.value and CODE.fullmatch(node.value):
                found[node.value] |= set()
            if isinstance(node, ast.Call) and node.args and is_text(node.args[0]):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in CLASSES:
                    found[node.args[0].value].add(CLASSES[name])
        for code in ALONE.get(path.name, ()):
            assert f'"{code}"' in path.read_text(encoding="utf-8")
            found[code] |= set()
    return found


FOUND = codes_in_the_source()


def test_no_code_without_a_page_and_no_page_without_a_code() -> None:
    pages = {code for code, page in PAGES.items() if not page.is_exit_status}
    assert set(FOUND) - pages == set(), "codes without a page"
    assert pages - set(FOUND) == set(), "pages without a code"
    assert len(pages) > 150


def test_each_exit_status_has_a_page() -> None:
    pages = {int(code) for code, page in PAGES.items() if page.is_exit_status}
    assert pages == {int(status) for status in errors.ExitStatus}


@pytest.mark.parametrize("code", [code for code, exits in FOUND.items() if exits])
def test_a_page_names_the_exit_statuses_of_its_code(code: str) -> None:
    assert FOUND[code] <= set(PAGES[code].exits)
    assert set(PAGES[code].exits) <= FOUND[code] | ({69, 2} if code in {"USAGE", "LIBRARY"} else set())


def test_a_code_stands_in_one_part() -> None:
    assert sum(len(part.PAGES) for part in PARTS) == len(PAGES)


def texts(page: Page) -> Iterator[str]:
    yield from (page.cause, page.cure)


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.code)
def test_a_page_is_written_in_full(page: Page) -> None:
    for text in texts(page):
        assert text.isprintable()
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith(("--", "doctor", "status", "validate"))
    assert page.example.isprintable()
    assert 10 <= len(page.summary) <= len(page.cause)


def flags_of(words: list[str]) -> tuple[str, set[str]]:
    """The verb of a command line and its long flags."""
    return words[1], {word.partition("=")[0] for word in words if re.fullmatch(r"--[a-z][a-z-]*(=.*)?", word)}


EXAMPLES = sorted(
    {
        part.strip()
        for page in PAGES.values()
        for part in re.split(r"\|\|?|&&|(?<=;)", page.example)
        if "signalcli " in part
    }
)
KNOWN: dict[str, str] = {}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_names_verbs_and_flags_that_exist(example: str) -> None:
    words = shlex.split(example[example.index("signalcli ") :].partition(">")[0])
    if words[1].startswith("-"):
        return
    verb, flags = flags_of(words)
    assert verb in VERBS
    name = f"{verb} {words[2]}" if verb in {"runs", "store", "job"} else verb
    if name not in KNOWN:
        KNOWN[name] = run(f"{name} --help-all")
    assert {flag for flag in flags if flag not in KNOWN[name]} == set()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CSV-DATE", "CSV-DATE"),
        (" csv-date ", "CSV-DATE"),
        ("75", "75"),
        ("signalcli: error[LOCK-HELD]: prices: another run is writing it; try later", "LOCK-HELD"),
        ("error[BUG]", "BUG"),
    ],
)
def test_a_code_is_found_as_it_is_typed_or_pasted(typed: str, code: str) -> None:
    assert page_of(typed).code == code


@pytest.mark.parametrize(
    ("typed", "named"), [("CSV-DAT", "CSV-DATE"), ("LOCK", "LOCK-HELD"), ("yahoo", "YAHOO-UNAVAILABLE")]
)
def test_near_misses_are_named(typed: str, named: str) -> None:
    with pytest.raises(errors.UsageError, match=f"did you mean .*{named}") as caught:
        page_of(typed)
    assert caught.value.code == "EXPLAIN-UNKNOWN"


@pytest.mark.parametrize("typed", ["", "error[]", "\x1b[2J", "x" * 10_000, "4711"])
def test_what_is_like_nothing_is_told_where_the_list_is(typed: str) -> None:
    with pytest.raises(errors.UsageError, match="`signalcli explain` lists all") as caught:
        page_of(typed)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_an_exit_status_lists_its_codes() -> None:
    assert codes_of(75) == ["LOCK-HELD", "FILE-LOCKED"]
    assert "LOCK-HELD" in codes_of(75)
    assert "STORE-SYMBOL" in codes_of(66)
    assert "STORE-SYMBOL" in codes_of(2)
