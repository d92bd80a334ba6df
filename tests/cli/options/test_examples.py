"""Examples in a help text: no wider than a terminal, and the same words when a shell reads them."""

import shlex

import pytest
from click import Context
from click.formatting import HelpFormatter

from signalcli.cli.commands import VERBS, load
from signalcli.cli.options.examples import fold_examples


def test_an_example_that_fits_stays_as_it_is():
    text = "Print metrics.\n\n\b\nsignalcli score a.csv\n\nA long sentence that is wrapped by others."
    assert fold_examples(text, 22) == text


def test_a_wide_example_is_broken_before_options_pipes_and_redirections():
    text = "  signalcli fit a.csv --model ar,tree --set 'lstm.units=8 9' | signalcli compare -o b.csv > c"
    assert fold_examples(text, 40).split("\n") == [
        "  signalcli fit a.csv --model ar,tree \\",
        "      --set 'lstm.units=8 9' \\",
        "      | signalcli compare -o b.csv > c",
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_into_eighty_columns_and_its_examples_can_be_copied(verb):
    command = load(verb)
    for one in getattr(command, "commands", {verb: command}).values():
        formatter = HelpFormatter(width=78)
        one.format_help_text(Context(one, info_name=verb), formatter)
        shown = formatter.getvalue()
        assert max(map(len, shown.splitlines())) <= 80
        examples = [line for line in (one.help or "").splitlines() if line.startswith("signalcli ")]
        joined = shown.replace("\\\n", "").splitlines()
        copied = [shlex.split(line) for line in joined if line.startswith("  signalcli ")]
        assert copied == [shlex.split(line) for line in examples]
