"""The page of one error code or exit status."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Page:
    """What a user needs to know about one error code or exit status.

    Parameters
    ----------
    code : str
        The code as it stands in brackets, such as ``CSV-DATE``, or an exit status, such as ``65``.
    exits : tuple of int
        The exit statuses that come with it.
    cause : str
        Why it happens. Its first sentence is the line of the list.
    cure : str
        What to do.
    example : str
        A command line that does it.
    """

    code: str
    exits: tuple[int, ...]
    cause: str
    cure: str
    example: str

    @property
    def is_exit_status(self) -> bool:
        """Whether the page is that of an exit status."""
        return self.code.isdecimal()

    @property
    def summary(self) -> str:
        """The first sentence of the cause."""
        return self.cause.partition(". ")[0].removesuffix(".") + "."

    def row(self) -> dict[str, str]:
        """Return the page as one row of a table; several exit statuses are joined with spaces."""
        return asdict(self) | {"exits": " ".join(map(str, self.exits))}
