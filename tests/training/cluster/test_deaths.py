"""Workers in processes of their own that are killed."""

import os
import signal

import pandas as pd
import pytest

from cluster_work import deadly
from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import UnavailableError
from signalcli.features import FeatureConfig, build
from signalcli.training.cluster.connect import connect
from signalcli.training.walk_forward import walk_forward

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def scheduler():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local:
        yield local


class Killer:
    """Kills the process of one worker after every 20 results; its nanny starts a new one."""

    def __init__(self, client):
        self.client, self.results, self.killed = client, 0, 0

    def __call__(self, _):
        self.results += 1
        if self.results % 20 == 0:
            pids = sorted(p for p in self.client.run(os.getpid, on_error="ignore").values() if p)
            if pids:  # none while both are started again
                os.kill(pids[self.killed % len(pids)], signal.SIGKILL)
                self.killed += 1


def test_killed_workers_change_no_byte(scheduler):
    table = build(random_bars(200), FeatureConfig(window=4))
    fit, folds = FitConfig(("tree",), settings={"tree": {"n_estimators": 5}}), FoldConfig(folds=25)
    with connect(scheduler.scheduler_address, fit.every_model, ["lightgbm"]) as cluster:
        killer = Killer(cluster.client)
        found = walk_forward(table, fit, folds, killer, cluster=cluster)
    assert killer.killed >= 2
    pd.testing.assert_frame_equal(found, walk_forward(table, fit, folds), check_exact=True)


def test_a_task_that_ends_two_workers_ends_the_work(scheduler):
    with (
        connect(scheduler.scheduler_address, ["ar"], []) as cluster,
        pytest.raises(UnavailableError) as caught,
    ):
        list(cluster.map_in_order(deadly, "", range(3)))
    assert caught.value.code == "CLUSTER-KILLED", caught.value.message
