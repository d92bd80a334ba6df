"""Path data in steps lead where the positions were."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.report.html.paths import compact

point = st.tuples(st.floats(-900, 900), st.floats(-900, 900))


def positions(path):
    """Positions of path data with absolute and relative lines."""
    out, x, y = [], 0.0, 0.0
    for command, rest in re.findall(r"([MlLz])([^MlLz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (x + dx, y + dy) if command == "l" else (dx, dy)
            out.append((x, y))
    return out


@given(st.lists(point, min_size=2, max_size=60))
def test_steps_lead_to_the_rounded_positions(points):
    path = " ".join(f"{'L' if k else 'M'} {x:f} {y:f}" for k, (x, y) in enumerate(points))
    found = positions(compact(path))
    rounded = [(round(x * 10) / 10, round(y * 10) / 10) for x, y in points]
    wanted = [p for k, p in enumerate(rounded) if k == 0 or p != rounded[k - 1]]
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours == pytest.approx(theirs, abs=0.11)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 1.04 2 L 3 1.5 L 3 1.5 L 4.5 1.5 z", "M1 2l2-.5 1.5 0z"),
        ("M 0 0 L 1 1 M 5 5 L 4 4", "M0 0l1 1M5 5l-1-1"),
        ("M 0 1.26 C 1 2 3 4 5 6", "M 0 1.3 C 1 2 3 4 5 6"),
    ],
)
def test_known_paths(path, short):
    assert compact(path) == short
