"""The end of the command's process."""

import subprocess
import sys

CODE = """
import atexit, gc, sys
from signalcli.cli import entry_point
atexit.register(lambda: print(gc.get_freeze_count() > 10_000, file=sys.stderr))
sys.argv = ["signalcli", "--version"]
entry_point()
"""


def test_the_interpreter_ends_without_looking_through_every_object():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "True\n")
    assert done.stdout.startswith("signalcli ")
