"""Man pages: one for each verb, roff without a warning, every flag of the help."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from contract.test_docs import written_by
from signalcli.cli.commands import VERBS

MODULE = written_by("make_man")
PAGES = MODULE.pages()


def test_each_verb_has_a_page() -> None:
    assert {f"signalcli-{verb}.1" for verb in VERBS} | {"signalcli.1", "signalcli-store-list.1"} <= set(PAGES)


@pytest.mark.parametrize(
    ("text", "roff"),
    [("a-b", r"a\-b"), (".x", r"\&.x"), ("'x", r"\&'x"), ("a\\b", r"a\eb"), ("x.\n.y", "x.\n\\&.y")],
)
def test_what_roff_would_read_as_a_command_is_escaped(text: str, roff: str) -> None:
    assert MODULE.escape(text) == roff


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_reads_every_page_without_a_warning_and_shows_every_flag() -> None:
    text = "\n".join(PAGES.values())
    words = ["groff", "-man", "-Tutf8", "-ww", "-Wbreak", "-k", "-P-cbou"]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    shown = done.stdout.replace("‐", "-").replace("−", "-")
    flags = {flag.replace("\\", "") for flag in re.findall(r"^\.B (\\-\\-[a-z\\-]+)", text, re.MULTILINE)}
    assert len(flags) > 100
    assert {flag for flag in flags if flag not in shown} == set()


def test_a_page_has_usage_headings_and_examples_that_fit_into_eighty_columns() -> None:
    page = PAGES["signalcli-score.1"]
    assert ".SH SYNOPSIS\nsignalcli score [OPTIONS] SIGNALS\n" in page
    assert page.index(".SS Input\n") < page.index(".SS Trading\n") < page.index(".SH EXAMPLES\n")
    examples = page.partition(".SH EXAMPLES\n")[2].partition(".SH")[0]
    assert "\\-\\-notify 'mail \\-s signals me'" in examples
    assert max(len(line.replace("\\-", "-")) for line in examples.splitlines()) <= 74
    assert "SIGNALCLI_SCORE_OPTION" in page
    assert "signalcli doctor [OPTIONS] [JOB.toml]" in PAGES["signalcli-doctor.1"]
