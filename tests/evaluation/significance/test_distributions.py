"""Gaussian and Student's t: values of printed tables, their ends, and what is not imported for them."""

import math
import sys

import pytest

from signalcli.evaluation.significance import normal, student


@pytest.mark.parametrize("quantile", [normal.quantile, lambda p: student.quantile(p, 5)])
def test_the_ends_are_infinite(quantile):
    assert quantile(0.0) == -math.inf
    assert quantile(1.0) == math.inf
    assert quantile(0.5) == pytest.approx(0, abs=1e-12)


def test_values_of_tables():
    assert normal.quantile(0.975) == pytest.approx(1.959964, abs=1e-6)
    assert normal.cdf(1.959964) == pytest.approx(0.975, abs=1e-7)
    assert student.quantile(0.975, 10) == pytest.approx(2.228139, abs=1e-6)
    assert student.tail(2.228139, 10) == pytest.approx(0.05, abs=1e-6)
    assert student.tail(2.228139, 10, side=1) == pytest.approx(0.025, abs=1e-6)
    assert student.tail(2.228139, 10, side=-1) == pytest.approx(0.975, abs=1e-6)


def test_a_gaussian_needs_no_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    assert student.quantile(0.975) == normal.quantile(0.975)
    assert student.quantile(0.0, 5) == -math.inf
    assert student.quantile(1.0, 5) == math.inf
    with pytest.raises(ImportError):
        student.quantile(0.5, 5)
