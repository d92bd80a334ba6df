"""Whether a lock is held by another process."""

import subprocess
import sys

from shell import small_environment
from signalcli.io.locks import hold_lock, is_held, lock_path

HOLDER = (
    "import sys; from pathlib import Path; from signalcli.io.locks import hold_lock\n"
    "with hold_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
)


def test_a_lock_of_another_process_is_held_until_it_ends(tmp_path):
    target = tmp_path / "x"
    command = [sys.executable, "-c", HOLDER, str(target)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=small_environment(), **pipes) as holder:
        assert holder.stdout.readline() == "held\n"
        assert is_held(target)
        holder.communicate()
    assert lock_path(target).exists()
    assert not is_held(target)


def test_a_file_without_a_lock_is_not_held(tmp_path):
    assert not is_held(tmp_path / "x")
    with hold_lock(tmp_path / "x"):
        assert is_held(tmp_path / "x"), "another descriptor of the same process counts as another holder"
