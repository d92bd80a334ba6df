"""The same work in several processes: order, bytes, errors, ctrl-C."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

from random_bars import random_bars
from shell import ROOT, run, small_environment
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, UnavailableError
from signalcli.features import FeatureConfig, build
from signalcli.training.parallel import _interrupts_blocked, map_in_order, task_runner
from signalcli.training.walk_forward import walk_forward
from work_for_processes import dying, environment_of, failing, mask_of_interrupts, where

NETS = {"units": 3, "epochs": 2, "dropout": 0.2}


def test_results_come_in_order_from_other_processes_that_share_the_cores(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    found = list(map_in_order(where, "given", range(6), 2))
    assert [task for _, task, _, _ in found] == list(range(6))
    assert {given for given, _, _, _ in found} == {"given"}
    assert {threads for _, _, threads, _ in found} == {str(max(os.cpu_count() // 2, 1))}
    assert os.getpid() not in {pid for _, _, _, pid in found}
    assert "OMP_NUM_THREADS" not in os.environ
    assert multiprocessing.active_children() == []


def test_a_runner_keeps_its_processes_until_the_end_of_the_block():
    with task_runner(where, "given", 2) as run_tasks:
        first, second = list(run_tasks(range(4))), list(run_tasks(range(4, 6)))
        assert list(run_tasks([])) == []
    assert [task for _, task, _, _ in [*first, *second]] == list(range(6))
    pids = {pid for _, _, _, pid in [*first, *second]}
    assert len(pids) <= 2
    assert os.getpid() not in pids
    assert multiprocessing.active_children() == []
    with task_runner(where, "given", 1) as run_tasks:
        assert {pid for _, _, _, pid in run_tasks(range(3))} == {os.getpid()}


def test_a_runner_raises_the_first_error_in_order_and_leaves_nobody():
    with pytest.raises(DataError), task_runner(failing, "given", 2) as run_tasks:
        list(run_tasks(range(4)))
    assert multiprocessing.active_children() == []


def test_one_job_or_one_task_starts_no_process():
    for tasks, jobs in ((range(3), 1), (range(1), 4), (range(0), 4)):
        assert {pid for _, _, _, pid in map_in_order(where, "", tasks, jobs)} <= {os.getpid()}


def test_the_first_error_in_order_is_raised_and_nobody_is_left():
    with pytest.raises(DataError, match="task 1") as caught:
        list(map_in_order(failing, None, range(4), 2))
    assert caught.value.code == "DATA-FEW"
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_an_error_of_one_line():
    with pytest.raises(UnavailableError, match="fewer --jobs"):
        list(map_in_order(dying, None, range(4), 2))


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(DataError("DATA-FEW", "too few")))  # noqa: S301
    assert (error.code, error.message, str(error)) == ("DATA-FEW", "too few", "too few")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path, ending):
    """Ctrl-C goes to the whole group, as a terminal sends it; kill -9 to the parent alone."""
    code = (
        "from signalcli.training.parallel import map_in_order; from work_for_processes import slow\n"
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may ignore it
        f"if __name__ == '__main__': list(map_in_order(slow, {str(tmp_path)!r}, range(4), 2))"
    )
    own = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    started = subprocess.Popen(
        [sys.executable, "-c", code],
        env=small_environment() | own,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    waited(lambda: len(list(tmp_path.glob("begun*"))) == 2)
    (os.killpg if ending == signal.SIGINT else os.kill)(started.pid, ending)
    said = started.communicate(timeout=60)[1]
    waited(lambda: not alive(started.pid))
    assert said.count("Traceback") <= 1, said  # the parent's own; the workers say nothing
    assert list(tmp_path.glob("done*")) == []


def test_a_worker_that_dies_before_it_reads_its_work_is_an_error(tmp_path):
    """A script without a guard is run by each worker as it starts; more than a pipe holds is shared."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import sys, multiprocessing\n"
        "from signalcli.training.parallel import map_in_order; from work_for_processes import where\n"
        "if multiprocessing.parent_process(): sys.exit(3)\n"
        "list(map_in_order(where, 'x' * 10**6, range(4), 2))\n"
    )
    environment = small_environment() | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert "a worker process died" in done.stderr


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def waited(holds):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("never happened")


def test_the_same_bytes_at_any_number_of_jobs():
    table = build(random_bars(90), FeatureConfig(window=4))
    config = FitConfig(("logistic", "tree", "lstm"), {"lstm": NETS}, random_state=2)
    one, two = (walk_forward(table, config, FoldConfig(folds=2), jobs=jobs) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert {"lstm", "logistic", "tree"} < set(one["model"])


def test_the_command_keeps_its_error_and_its_status(tmp_path):
    build(random_bars(90), FeatureConfig(window=4)).to_csv(tmp_path / "f.csv", index=False)
    failed = run(f"fit {tmp_path / 'f.csv'} --model ar --folds 2 --jobs 2 --set ar.p=50", status=2)
    assert "ar: p=50" in failed.stderr
    run(f"fit {tmp_path / 'f.csv'} --jobs 0", status=2)


def test_an_interrupt_that_another_thread_receives_waits_until_the_workers_have_started():
    """Otherwise a worker that is half started prints a traceback about its broken pipe."""
    other = threading.Thread(target=time.sleep, args=(0.5,))
    other.start()
    reached = []

    def interrupted():
        with _interrupts_blocked():
            signal.pthread_kill(other.ident, signal.SIGINT)
            time.sleep(0.1)
            reached.append(True)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    other.join()


def test_workers_are_deaf_to_interrupts():
    assert list(map_in_order(mask_of_interrupts, "", range(2), 2)) == [True, True]


def test_thousands_of_tasks_go_in_chunks_and_each_is_told_with_its_number(monkeypatch):
    monkeypatch.setenv("SIGNALCLI_OF_THIS_CALL", "yes")
    told = {}
    found = list(map_in_order(environment_of, "SIGNALCLI_OF_THIS_CALL", range(300), 2, told.__setitem__))
    assert found == [(number, "yes") for number in range(300)]
    assert told == dict(enumerate(found))


MASK_OF_SERVER = """
import signal
from multiprocessing.forkserver import _forkserver
from signalcli.training.parallel import prepare_processes
prepare_processes(2, [])
with open(f"/proc/{_forkserver._forkserver_pid}/status") as status:
    blocked = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk"))
print(bool(blocked >> signal.SIGINT - 1 & 1), signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""


def test_the_server_of_workers_is_deaf_to_interrupts():
    """Python starts its resource tracker with it, which unblocks signals."""
    printed = subprocess.run(
        [sys.executable, "-c", MASK_OF_SERVER], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert printed == "True set()\n"
