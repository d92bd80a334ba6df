"""Work in a forked process: its result, and what becomes of one that does not end."""

import threading

import pytest

from tests.mutation import child
from tests.mutation.child import CRASHED, in_child


def test_the_result_comes_back() -> None:
    assert in_child(lambda: {"a": [1, 2]}, 5) == {"a": [1, 2]}


def test_who_waits_for_good_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 1)
    assert in_child(threading.Event().wait, 0.01) == CRASHED
