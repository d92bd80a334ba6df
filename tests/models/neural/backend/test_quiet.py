"""Descriptor 2 is silent inside the block, restored after it, and errors still pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from signalcli.models.neural.backend.quiet import quiet_stderr


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_only_the_block_is_silent():
    done = run(
        "import os, sys\n"
        "from signalcli.models.neural.backend.quiet import quiet_stderr\n"
        "print('before', file=sys.stderr)\n"
        "with quiet_stderr():\n"
        "    os.write(2, b'chatter')\n"
        "    print('python', file=sys.stderr)\n"
        "os.write(2, b'after')\n"
    )
    assert (done.returncode, done.stderr) == (0, "before\nafter")


def test_an_error_passes_and_descriptor_comes_back():
    before = os.fstat(2)
    with pytest.raises(ImportError, match="no such library"), quiet_stderr():
        raise ImportError("no such library")
    assert os.path.samestat(os.fstat(2), before)


def test_closed_descriptor_stays_closed_and_catches_nothing():
    done = run(
        "import os, sys\n"
        "from signalcli.models.neural.backend.quiet import quiet_stderr\n"
        "os.close(2)\n"
        "with quiet_stderr():\n"
        "    os.write(2, b'chatter')\n"
        "try:\n"
        "    os.fstat(2)\n"
        "except OSError:\n"
        "    print('closed')\n"
    )
    assert (done.returncode, done.stdout) == (0, "closed\n")


def test_no_descriptor_leaks():
    def count():
        return len(list(Path("/dev/fd").iterdir()))

    before = count()
    for _ in range(5):
        with quiet_stderr():
            pass
    assert count() == before


def test_missing_stderr_object_is_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with quiet_stderr():
        pass


def test_importing_and_training_writes_nothing_and_leaves_the_environment():
    done = run(
        "import os\n"
        "before = set(os.environ)\n"
        "import numpy as np\n"
        "from signalcli.models.neural.classifier import NetworkClassifier\n"
        "X = np.random.default_rng(0).normal(size=(40, 3))\n"
        "NetworkClassifier(epochs=1, units=2).fit(X, X[:, 2] > 0).predict(X)\n"
        "assert not {'KERAS_BACKEND', 'TF_CPP_MIN_LOG_LEVEL'} & (set(os.environ) - before)\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
