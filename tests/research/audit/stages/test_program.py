"""Programs between stages, started for real."""

import shlex
import sys

import pytest

from signalcli.errors import DataError, UsageError
from signalcli.research.audit.stages.program import program_stage
from signalcli.schemas import BARS
from signalcli.testing import random_walk


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_bars_come_back_bit_by_bit():
    bars = random_walk(30)
    out = program_stage("cat", BARS).output(bars)
    assert out.equals(bars)


def test_its_name_is_the_command_without_its_folder():
    assert program_stage("/bin/cat -u", BARS).name == "cat -u"


@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        ("no-such-program-here", "THROUGH-COMMAND", "cannot be started"),
        ("", "THROUGH-COMMAND", "must be a command"),
        ("cat 'open", "THROUGH-COMMAND", "No closing quotation"),
    ],
)
def test_what_cannot_be_started_is_a_mistake_of_the_command_line(command, code, text):
    with pytest.raises(UsageError, match=text) as caught:
        program_stage(command, BARS).output(random_walk(5))
    assert caught.value.code == code


def test_what_fails_says_what_the_program_said():
    code = "import sys; sys.exit('no bars today')"
    with pytest.raises(DataError, match="exit status 1: no bars today"):
        program_stage(python(code), BARS).output(random_walk(5))


def test_another_table_is_refused():
    with pytest.raises(DataError, match="no column"):
        program_stage(python("print('a,b'); print('1,2')"), BARS).output(random_walk(5))
