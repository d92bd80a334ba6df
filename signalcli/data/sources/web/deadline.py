"""One deadline for all that is asked of a source, and shares of the time that is left."""

from __future__ import annotations

import time

LEAST_TIME = 0.01  # seconds; less counts as 0, because curl takes 0 for no limit


class Deadline:
    """Time limit that begins when it is made.

    Parameters
    ----------
    timeout : float
        Seconds from now until the deadline.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._deadline = self._allotted = time.monotonic() + timeout

    def allot(self, shares: int) -> None:
        """Let what is asked next take one of so many equal shares of the time that is left."""
        now = time.monotonic()
        self._allotted = now + max(0.0, self._deadline - now) / shares

    def remaining(self) -> float:
        """Return the seconds until the deadline, or until the end of the share; 0 when it has passed."""
        left = min(self._deadline, self._allotted) - time.monotonic()
        return left if left > LEAST_TIME else 0.0
