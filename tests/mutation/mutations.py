"""The mutations of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst import metadata

from tests.mutation.operators import GUARDS, OPERATORS

LEFT_ALONE = (cst.Annotation, cst.Raise, cst.Decorator, cst.Import, cst.ImportFrom, cst.FormattedString)
"""Types, messages and imports: the type checker and the tests of messages judge them."""


@dataclass(frozen=True)
class Mutation:
    """One change of a file.

    Parameters
    ----------
    path : str
        The file, below the project.
    function : str or None
        Qualified name of the function or method that contains the change; None for the module's own lines.
    lines : range
        Lines of the statement up to the end of the change: whoever runs one of them may notice.
    original, code : str
        The file before and after.
    """

    path: str
    function: str | None
    lines: range
    original: str
    code: str

    @cached_property
    def change(self) -> tuple[str, str]:
        """The lines before and after, without indentation, joined by a space."""
        before, after = ([line.strip() for line in text.splitlines()] for text in (self.original, self.code))
        first = _common(before, after)
        last = _common(before[first:][::-1], after[first:][::-1])
        return " ".join(before[first : len(before) - last]), " ".join(after[first : len(after) - last])

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells the mutation from others, wherever its lines move."""
        return (self.path, *self.change)


def _common(one: list[str], other: list[str]) -> int:
    """Number of equal lines at the beginning."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (metadata.WhitespaceInclusivePositionProvider, metadata.ParentNodeProvider)

    def __init__(self) -> None:
        self.found: list[tuple[metadata.CodeRange, cst.CSTNode, str | None, range]] = []
        self.scopes: list[str] = []
        self.functions: list[str] = []
        self.starts: list[int] = [1]

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or _is_guard(node) or _for_types_only(node):
            return False
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.starts.append(self._position(node).start.line)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scopes.append(node.name.value)
        self._mutate(node)
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, LEFT_ALONE) or _is_guard(node) or _for_types_only(node):
            return
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.starts.pop()
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scopes.pop()

    def _mutate(self, node: cst.CSTNode) -> None:
        changed = [new for kind, make in OPERATORS if isinstance(node, kind) for new in make(node)]
        if changed:
            place = self._position(node.test if isinstance(node, cst.If) else node)
            function, lines = self._function(node), range(self.starts[-1], place.end.line + 1)
            self.found += [(place, new, function, lines) for new in changed]

    def _function(self, node: cst.CSTNode) -> str | None:
        """Outermost function whose body contains the node; defaults of arguments are the module's."""
        outermost = None
        while parent := self.get_metadata(metadata.ParentNodeProvider, node, None):
            if isinstance(parent, cst.FunctionDef):
                outermost = parent if node is parent.body else None
                name = parent.name.value
            elif isinstance(parent, cst.ClassDef) and outermost:
                name = f"{parent.name.value}.{name}"
            node = parent
        return name if outermost else None

    def _position(self, node: cst.CSTNode) -> metadata.CodeRange:
        return self.get_metadata(metadata.WhitespaceInclusivePositionProvider, node)


def _is_guard(node: cst.CSTNode) -> bool:
    """Whether this is an argument such as ``strict=True``, which only turns a bug into an error."""
    return isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value in GUARDS


def _for_types_only(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.If) and getattr(node.test, "value", None) == "TYPE_CHECKING"


def mutations(root: Path, path: str) -> Iterator[Mutation]:
    """Every mutation of a file, in order; changes that give the same text once."""
    text = (root / path).read_text(encoding="utf-8")
    wrapper = metadata.MetadataWrapper(cst.parse_module(text))
    finder = _Finder()
    wrapper.visit(finder)
    seen = {text}
    for place, new, function, lines in finder.found:
        code = _spliced(text.splitlines(keepends=True), place, wrapper.module.code_for_node(new))
        if code not in seen and _compiles(code):
            seen.add(code)
            yield Mutation(path, function, lines, text, code)


def _spliced(lines: list[str], place: metadata.CodeRange, new: str) -> str:
    """The text of some lines with other code at one place."""
    before = "".join(lines[: place.start.line - 1]) + lines[place.start.line - 1][: place.start.column]
    return before + new + lines[place.end.line - 1][place.end.column :] + "".join(lines[place.end.line :])


def _compiles(code: str) -> bool:
    try:
        compile(code, "<mutated>", "exec")
    except SyntaxError:
        return False
    return True
