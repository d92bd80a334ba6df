"""What all configs share: every value is checked when the config is made, wherever it came from."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.option import Setting, brief, settings_of
from signalcli.errors import UsageError, nearest


@dataclass(frozen=True)
class Config:
    """Base of the configs: immutable, with one checked field for each setting.

    ``heading`` is the heading of its options in the help, ``section`` its section in a job file,
    ``override_flag`` a further flag that changes any field by NAME=VALUE. Making a
    config raises UsageError for a value of a wrong type, out of its bounds, or that contradicts another.
    """

    heading: ClassVar[str] = "Options"
    section: ClassVar[str] = ""
    override_flag: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Check each field by its option, the pairs of `CONFLICTS`, then the fields together."""
        for one in settings_of(type(self)):
            object.__setattr__(self, one.name, one.checked(getattr(self, one.name)))
        refuse_conflicts(self)
        self.check()

    def check(self) -> None:
        """Raise UsageError for values that no bound and no pair of `CONFLICTS` describes."""

    def override(self, flag: str, texts: list[str]) -> Self:
        """Return a copy with fields changed by ``NAME=VALUE``; raise UsageError naming ``flag`` otherwise."""
        known = {s.name: s for s in settings_of(type(self))}
        return replace(self, **dict(_assignment(flag, text, known) for text in texts))


def _assignment(flag: str, text: str, known: dict[str, Setting]) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or name not in known:
        hint = nearest(name, known)
        raise UsageError("OPTION-VALUE", f"{flag} {brief(text)}: must be NAME=VALUE; did you mean {hint}?")
    try:
        return name, known[name].parse(value)
    except UsageError as error:
        wish = known[name].wish
        raise UsageError("OPTION-VALUE", f"{flag} {brief(text)}: must be {wish}") from error
