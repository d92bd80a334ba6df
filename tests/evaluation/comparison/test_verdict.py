"""The summary of small VERDICTs, written by hand: which row it names, and by which criterion."""

import numpy as np
import pandas as pd
import pytest

from signalcli.config.comparison import ComparisonConfig
from signalcli.evaluation.comparison.verdict import has_edge, summarize

BY_RETURN = ComparisonConfig(by="net_return")


def verdict(*rows):
    """A VERDICT of rows of (model, criterion, p_holm, verdict); the value of each is its number."""
    table = pd.DataFrame(rows, columns=["model", "criterion", "p_holm", "verdict"])
    return table.assign(
        symbol="S", value=np.arange(1.0, len(rows) + 1), baseline="ar1", baseline_value=0.5, like=None
    )


def test_a_row_without_an_edge_is_not_the_most_significant_edge():
    """A collapsed model has the smallest p-value; the edge beside it is named."""
    table = verdict(("flat", "net_return", 0.001, "collapsed"), ("m", "net_return", 0.01, "edge"))
    assert summarize(table, BY_RETURN) == (
        "1 of 2 models beat the best baseline; the most significant is m on S: "
        "net return 2 against 0.5 of ar1, corrected p 0.01"
    )


def test_without_an_edge_the_smallest_p_value_is_the_closest():
    table = verdict(("a", "net_return", 0.3, "no edge"), ("b", "net_return", 0.2, "no edge"))
    assert "the closest is b on S: net return 2" in summarize(table, BY_RETURN)


def test_of_equal_p_values_the_first_row_is_named():
    """As many rows as are needed for a sort that does not keep the order of equals to show it."""
    table = verdict(*((f"m{k:03d}", "net_return", 1.0 - (k % 2) / 2, "no edge") for k in range(400)))
    assert "the closest is m001 on S" in summarize(table, BY_RETURN)


@pytest.mark.parametrize(
    ("of_return", "of_accuracy", "expected"),
    [
        ("edge", "no edge", True),
        ("no edge", "edge", False),
        ("noise", "edge", False),
        ("collapsed", "no edge", False),
    ],
)
def test_an_edge_by_another_criterion_is_none(of_return, of_accuracy, expected):
    table = verdict(("m", "net_return", 0.01, of_return), ("m", "accuracy", 0.01, of_accuracy))
    assert has_edge(table, BY_RETURN) is expected


def test_another_criterion_is_not_summarized():
    table = verdict(("m", "accuracy", 0.001, "edge"), ("m", "net_return", 0.4, "no edge"))
    assert summarize(table, BY_RETURN).startswith(
        "the model does not beat the best baseline; it is m on S: net return 2 against"
    )
