"""Help of a verb: no option is left out of it."""

import pytest
from click import Context

from signalcli.cli.commands import VERBS, load
from signalcli.cli.options.command import HEADINGS, _pooled, heading_of


def commands(verb):
    command = load(verb)
    return getattr(command, "commands", {verb: command}).values()


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_stands_under_a_heading_that_is_shown(verb: str) -> None:
    of_options = [heading_of(p) for c in commands(verb) for p in c.params if p.param_type_name == "option"]
    assert {heading for heading in of_options if heading} <= set(HEADINGS)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["--portfolio", "p.csv"], ["--pool", "p.csv"]),
        (["--portfolio"], ["--pool"]),
        (["--portfolio", "top:3"], ["--portfolio", "top:3"]),
        (["--portfolio", "topp:3"], ["--portfolio", "topp:3"]),
        (["--portfolio", "volatilty"], ["--portfolio", "volatilty"]),
    ],
)
def test_a_misspelled_portfolio_is_no_file(words, read):
    assert _pooled(words) == read


def test_a_required_argument_has_no_braces_and_another_one_has_brackets():
    usage = {v: load(v).collect_usage_pieces(Context(load(v))) for v in ("score", "doctor")}
    assert usage == {"score": ["[OPTIONS]", "SIGNALS"], "doctor": ["[OPTIONS]", "[JOB.toml]"]}
