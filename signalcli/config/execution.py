"""Where the fits run."""

from dataclasses import dataclass

from signalcli.config.checks import require


@dataclass(frozen=True)
class ExecutionConfig:
    """Where the fits run; the numbers are the same wherever that is.

    Parameters
    ----------
    jobs : int
        Processes side by side; 1 = this one.
    """

    jobs: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.jobs >= 1, "--jobs", self.jobs, "at least 1")
