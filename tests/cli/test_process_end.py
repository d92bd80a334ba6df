"""The end of the command's process."""

import subprocess
import sys

CODE = """
import atexit, sys
from signalcli.cli import entry_point
class Kept:
    def __del__(self):
        print("taken apart", file=sys.stderr)
kept = Kept()
atexit.register(print, "registered", file=sys.stderr)
atexit.register(print, "registered")
sys.argv = ["signalcli", *sys.argv[1:]]
entry_point()
"""


def end(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", CODE, *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_what_is_registered_runs_and_the_interpreter_is_not_taken_apart():
    done = end("--version")
    assert (done.returncode, done.stderr) == (0, "registered\n")
    assert done.stdout.startswith("signalcli ")
    assert done.stdout.endswith("registered\n")


def test_the_status_of_an_error_stays():
    done = end("backtest", "/does/not/exist")
    assert done.returncode == 66
    assert done.stderr.endswith("registered\n")
