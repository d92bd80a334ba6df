"""Markdown of a report: foreign text cannot become markup, and a row stays a row."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_predictions import random_predictions
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.report.document.build import build_document
from signalcli.report.markdown import escaped, write_markdown
from signalcli.tracking.provenance import provenance


def written(**options):
    predictions = random_predictions(rows=60, **options)
    known = provenance(None, predictions)
    return write_markdown(build_document(predictions, TradingRule(), ComparisonConfig(), known))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<b>", "&#60;b&#62;"),
        ("a|b", "a&#124;b"),
        ("@all", "&#64;all"),
        ("&amp;", "&#38;amp;"),
        ("https://x", "https&#58;//x"),
        ("buy_hold *x* `y`", "buy\\_hold \\*x\\* \\`y\\`"),
        ("a\nb", "a b"),
    ],
)
def test_known_texts(text, safe):
    assert escaped(text) == safe


@given(st.text())
def test_nothing_that_markdown_reads_is_left(text):
    safe = escaped(text)
    assert "\n" not in safe
    assert not re.search(r"[<>|@]|(?<!\\)[`*_\[\]]", safe.replace("\\\\", ""))


def test_every_row_of_a_table_has_as_many_cells():
    lines = written(symbols=("a|b", "<script>alert(1)</script>")).splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert len(tables) > 10
    for line in tables:
        assert line.endswith("|")
    assert len({line.count(" | ") for line in tables}) <= 2  # as many as there are tables
    assert not any("<script" in line for line in lines)


def test_the_verdict_comes_first():
    first = written(skill=0.6).splitlines()
    assert first[0].startswith("## signalcli report")
    assert first[2].startswith("**An edge over the baselines.** 1 of 2 models")
    assert written().splitlines()[2].startswith("**No edge over the baselines.**")
