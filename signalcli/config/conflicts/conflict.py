"""Two options that cannot mean anything together, and when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Test = Callable[[Any], bool]
Clash = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Conflict:
    """Two options, and when they contradict each other.

    Parameters
    ----------
    option, other : str
        Fields, as ``Class.field``; ``option`` is refused.
    want : str
        What ``option`` must be; ``{}`` stands for the value of ``other``.
    example : tuple
        Values of both that are refused.
    forbids : callable or None
        Values of ``other`` with which ``option`` must keep its default.
    clash : callable or None
        Instead of ``forbids``: pairs of values that are refused.
    beside : dict
        Values of further fields without which the example is refused for another reason.
    verbs : tuple of str
        The only verbs that refuse the pair; empty when the configs do. A config that serves several feature
        sets may hold a parameter that one of them does not read; on the command line it is a mistake.
    unless : dict
        Further fields that give ``option`` a meaning, each with the values that do. The pair is checked where
        all their configs are.
    """

    option: str
    other: str
    want: str
    example: tuple[Any, Any]
    forbids: Test | None = None
    clash: Clash | None = None
    beside: dict[str, Any] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    unless: dict[str, Test] = field(default_factory=dict)

    @property
    def owners(self) -> tuple[str, ...]:
        """Names of the configs of all options."""
        return tuple(path.split(".")[0] for path in (self.option, self.other, *self.unless))

    def refused(self, value: Any, default: Any, other: Any) -> bool:
        """Whether the values contradict each other; ``default`` is that of ``option``."""
        if self.clash is not None:
            return self.clash(value, other)
        return value != default and self.forbids is not None and self.forbids(other)
