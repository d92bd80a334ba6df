"""Lines about what a search left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from signalcli.errors import count, first_of, printable
from signalcli.research.tuning.tune import Tuned


def search_lines(tuned: Tuned) -> Iterator[str]:
    """Yield a line about symbols, one about trials that could not be fitted, and one about a time limit."""
    if tuned.left_out:
        yield f"{count(len(tuned.left_out), 'symbol')} left out: {first_of(tuned.left_out)}"
    searches = [*tuned.searches, *tuned.whole]
    failed = [t for search in searches for t in search.trials if t.state == "failed"]
    if failed:
        reason = Counter(trial.reason for trial in failed).most_common(1)[0][0]
        every = sum(len(search.trials) for search in searches)
        yield f"{len(failed):,} of {every:,} trials could not be fitted: {printable(reason)}"
    if not tuned.in_time:
        most = max(len(search.trials) for search in searches)
        yield f"--time-limit ended the search after {count(most, 'trial')} of each fold"
