"""Workers in processes of their own that are killed."""

import os
import signal
import threading

import pandas as pd
import pytest

from cluster_work import deadly, slow
from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import UnavailableError
from signalcli.features import FeatureConfig, build
from signalcli.training.cluster.connect import connect
from signalcli.training.walk_forward import walk_forward

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
TASKS = 60


@pytest.fixture
def scheduler():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local:
        yield local


def kill_now_and_then(client, stop, seconds):
    """Kill the process of one worker after the other; their nannies start new ones."""
    turn = 0
    while not stop.wait(seconds):
        pids = sorted(client.run(os.getpid).values())
        if pids:
            os.kill(pids[turn % len(pids)], signal.SIGKILL)
            turn += 1


@pytest.fixture
def killer(scheduler):
    from distributed import Client

    stop = threading.Event()
    with Client(scheduler.scheduler_address, set_as_default=False) as client:
        thread = threading.Thread(target=kill_now_and_then, args=(client, stop, 5.0))
        thread.start()
        yield
        stop.set()
        thread.join()


def test_killed_workers_change_no_result(scheduler, killer, tmp_path):
    attempts = tmp_path / "attempts"
    with connect(scheduler.scheduler_address, ["ar"], []) as cluster:
        assert list(cluster.map_in_order(slow, str(attempts), range(TASKS))) == list(range(TASKS))
    assert len(attempts.read_text().splitlines()) >= TASKS


def test_killed_workers_change_no_byte(scheduler, killer):
    table = build(random_bars(400), FeatureConfig(window=4))
    fit, folds = FitConfig(("tree",)), FoldConfig(folds=60)
    with connect(scheduler.scheduler_address, fit.every_model, ["lightgbm"]) as cluster:
        found = walk_forward(table, fit, folds, cluster=cluster)
    pd.testing.assert_frame_equal(found, walk_forward(table, fit, folds), check_exact=True)


def test_a_task_that_ends_two_workers_ends_the_work(scheduler):
    with (
        connect(scheduler.scheduler_address, ["ar"], []) as cluster,
        pytest.raises(UnavailableError) as caught,
    ):
        list(cluster.map_in_order(deadly, "", range(3)))
    assert caught.value.code == "CLUSTER-KILLED"
