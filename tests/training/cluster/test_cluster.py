"""Fits on the workers of a Dask scheduler on loopback: the bytes of one process, and errors in one line."""

import json
import sys
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from cluster_work import add_up, asked, failing, note_libraries, other_software, told, where
from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import ConfigError, DataError, NoInputError, UnavailableError, UsageError
from signalcli.evaluation.comparison.compare import compare
from signalcli.evaluation.comparison.joint_tests import joint_tests
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning.space import Choice
from signalcli.research.tuning.tune import Tuning, tune
from signalcli.training import parallel
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.cluster import cluster as module
from signalcli.training.cluster import connect as connecting
from signalcli.training.cluster import worker
from signalcli.training.cluster.connect import connect
from signalcli.training.parallel import run_each
from signalcli.training.walk_forward import walk_forward

# sockets of a scheduler that ends are closed by the collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TABLE = build(random_bars(160), FeatureConfig(window=4, sets=("lags", "calendar")))
FOLDS = FoldConfig(folds=3)
FIT = FitConfig(("logistic", "tree"), settings={"tree": {"n_estimators": 5}})


@pytest.fixture(scope="module")
def scheduler():
    """Two workers in threads of this process: started in a second, and the wire in between is the same."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as local:
        yield local


@pytest.fixture(scope="module")
def cluster(scheduler):
    with connect(scheduler.scheduler_address, FIT.every_model, ["lightgbm"]) as connected:
        yield connected


def test_the_bytes_of_one_process_and_every_fit_is_told(cluster):
    steps = []
    found = walk_forward(TABLE, FIT, FOLDS, steps.append, cluster=cluster)
    pd.testing.assert_frame_equal(found, walk_forward(TABLE, FIT, FOLDS), check_exact=True)
    assert len(steps) == 3 * 5
    assert [step.fold for step in steps] == sorted(step.fold for step in steps)
    assert cluster.exact


def test_what_tasks_share_is_one_piece_on_the_wire(cluster):
    """Pickle alone hands over every array as a frame of its own; thousands of frames take seconds."""
    serialize = pytest.importorskip("distributed.protocol").serialize
    shared = tuple(np.full(1000, float(i)) for i in range(50))
    assert len(serialize(shared)[1]) >= 50
    assert len(serialize(worker.OnePiece(shared))[1]) < 5
    found = list(cluster.map_in_order(add_up, shared, range(3)))
    assert found == [1225.0, 1226.0, 1227.0]


def test_workers_begin_with_the_imports_of_a_fit_when_connected(scheduler, monkeypatch):
    monkeypatch.setattr(connecting, "import_libraries", note_libraries)
    told.clear()
    with connect(scheduler.scheduler_address, ["tree"], ["lightgbm"]):
        pass
    with connect(scheduler.scheduler_address, [], []):  # nothing is fitted
        pass
    end = time.monotonic() + 20
    while len(told) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert told == [("lightgbm",)] * 2


def test_a_library_that_a_worker_lacks_is_told_by_the_fit(monkeypatch, tmp_path):
    (tmp_path / "late_library.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    worker.import_libraries(("no_such_library", "late_library"))
    assert sys.modules.pop("late_library")


def test_results_come_in_order_from_several_workers(cluster):
    found = list(cluster.map_in_order(where, "shared", range(8)))
    assert [task for _, task, _ in found] == list(range(8))
    assert {given for given, _, _ in found} == {"shared"}
    assert len({address for _, _, address in found}) == 2


def test_the_first_error_in_order_is_raised(cluster):
    results = cluster.map_in_order(failing, None, range(4))
    assert next(results) == 0
    with pytest.raises(DataError, match="task 1"):
        next(results)


def test_done_is_told_of_each_result_when_it_ends(cluster):
    told = {}
    found = list(cluster.map_in_order(where, "", range(5), done=told.__setitem__))
    assert [told[number] for number in range(5)] == found


def test_fits_of_workers_fill_the_cache_of_the_client(cluster, tmp_path):
    folder = CacheFolder(tmp_path, 2**30)
    first = walk_forward(TABLE, FIT, FOLDS, cluster=cluster, cache=FitCache(folder))
    alone = FitCache(folder)
    pd.testing.assert_frame_equal(first, walk_forward(TABLE, FIT, FOLDS, cache=alone), check_exact=True)
    assert (alone.taken, alone.fitted) == (15, 0)


def test_lost_work_is_sent_again(cluster, monkeypatch):
    """The first two outcomes are lost, as when a worker dies with what it holds."""
    original, losses = module._outcome, [module._LOST, module._LOST]
    monkeypatch.setattr(module, "_outcome", lambda future: losses.pop() if losses else original(future))
    assert [task for _, task, _ in cluster.map_in_order(where, "", range(6))] == list(range(6))
    assert not losses


def test_a_task_that_ends_all_workers_is_found_by_going_alone(cluster, monkeypatch):
    """All that runs beside it is lost as well, with the data, so that the scheduler counts no death."""
    original = module._outcome
    work = module._Work(cluster, partial(run_each, where), "", [["a"], ["killer"], ["c"]], None)
    lost = []

    def outcome(future):
        running = [number for number, _ in work.running.values()]
        if 1 not in running:
            return original(future)
        lost.append(running)
        return module._LOST

    monkeypatch.setattr(module, "_outcome", outcome)
    assert work.result(0)[0][1] == "a"
    with pytest.raises(UnavailableError, match="killer ended two workers") as caught:
        work.result(1)
    assert (caught.value.code, lost[-2:]) == ("CLUSTER-KILLED", [[1], [1]])
    assert not work.running


def test_a_worker_that_dies_while_it_receives_the_data_is_passed_over(cluster, monkeypatch):
    from distributed.comm import CommClosedError

    original, deaths = cluster.client.scatter, [CommClosedError("closed"), ConnectionRefusedError()]

    def scatter(*arguments, **options):
        if deaths:
            raise deaths.pop()
        return original(*arguments, **options)

    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(cluster.client, "scatter", scatter)
    assert [task for _, task, _ in cluster.map_in_order(where, "", range(3))] == [0, 1, 2]
    deaths += [CommClosedError("closed")] * 100
    with pytest.raises(UnavailableError, match="work was lost 20 times"):
        list(cluster.map_in_order(where, "", range(3)))


def test_a_worker_that_dies_while_it_is_compared_says_nothing_of_its_software(scheduler, monkeypatch):
    from distributed import Client

    original = Client.run

    def run(client, function, *arguments, **options):
        answers = original(client, function, *arguments, **options)
        return answers | {min(answers): OSError("timed out")} if isinstance(answers, dict) else answers

    monkeypatch.setattr(Client, "run", run)
    with connect(scheduler.scheduler_address, ["ar"], []) as connected:
        assert connected.exact


def test_a_cancelled_future_is_lost_and_a_killed_task_ends_in_one_line(cluster):
    from distributed.scheduler import KilledWorker

    class Future:
        status = "finished"

        def result(self):
            if self.status == "finished":
                raise CancelledError
            raise AssertionError("a future without a result is not asked for one")

    assert module._outcome(Future()) is module._LOST
    cancelled = Future()
    cancelled.status = "cancelled"
    assert module._outcome(cancelled) is module._LOST
    work = module._Work(cluster, where, "", [], None)
    work.tasks = [["IBM lstm"], ["IBM ar", "IBM tree", "A ar"]]
    error = work._explained(KilledWorker("key", None, 1), 0)
    assert isinstance(error, UnavailableError)
    assert (error.code, error.exit_status) == ("CLUSTER-KILLED", 69)
    assert "IBM lstm ended two workers" in error.message
    several = work._explained(KilledWorker("key", None, 1), 1).message
    assert "IBM ar or one of the 2 tasks after it ended two workers" in several


def set_on(scheduler):
    return scheduler.scheduler.allowed_failures, scheduler.scheduler.WORKER_SATURATION


def test_a_task_may_end_one_worker_while_connected():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as local:
        before = set_on(local)
        with connect(local.scheduler_address, ["ar"], []):
            assert set_on(local) == (1, 1.0)
        assert set_on(local) == before


def test_other_versions_are_refused_before_the_work(scheduler, monkeypatch):
    here = worker.software(("sklearn",))
    other = here._replace(versions=here.versions | {"numpy": "1.0"})
    asked.clear()
    monkeypatch.setattr(connecting, "software", other_software)
    with (
        pytest.raises(ConfigError, match=r"worker .*: numpy is .*, here 0\.0") as caught,
        connect(scheduler.scheduler_address, ["ar"], []),
    ):
        pass
    assert caught.value.code == "CLUSTER-VERSIONS"
    assert here.difference(other) == f"numpy is 1.0, here {here.versions['numpy']}"
    assert here.difference(here) == ""


def test_a_worker_that_comes_later_is_compared_too():
    here = worker.software()
    with pytest.raises(ConfigError, match="a worker: numpy is"):
        worker.call(0, where, "", here._replace(versions={"numpy": "1.0"}))


def test_other_processors_are_told_and_nothing_of_them_is_cached(cluster, tmp_path):
    line = "1 of the workers of h have other processors: the last digits may differ, and nothing is cached"
    assert connecting._other_processors(["a"], "h") == [line]
    cache = FitCache(CacheFolder(tmp_path, 2**30))
    walk_forward(TABLE, FitConfig(("ar",)), FOLDS, cluster=replace(cluster, exact=False), cache=cache)
    assert (cache.taken, cache.fitted, list(cache.folder.entries())) == (0, 0, [])


def test_code_of_ones_own_is_not_sent():
    models = ["ar", "mine:Model"]
    with pytest.raises(UsageError, match="code of your own") as caught, connect("tcp://h:9", models, []):
        pass
    assert caught.value.code == "CLUSTER-OWN"


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(connecting, "CONNECT", 0.3)
    with (
        pytest.raises(UnavailableError, match="no scheduler answers") as caught,
        connect("tcp://127.0.0.1:9", ["ar"], []),
    ):
        pass
    assert (caught.value.code, caught.value.exit_status) == ("CLUSTER-CONNECT", 69)


def test_a_scheduler_without_workers(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(connecting, "FIRST_WORKER", 0.3)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(UnavailableError, match="has no worker; start one with: dask worker"),
        connect(empty.scheduler_address, ["ar"], []),
    ):
        pass


def test_a_scheduler_file(tmp_path, scheduler):
    file = tmp_path / "scheduler.json"
    with pytest.raises(NoInputError, match="name tcp://HOST:PORT or a scheduler file"):
        connecting._address(str(file))
    file.write_text("[]")
    with pytest.raises(ConfigError, match="not a scheduler file"):
        connecting._address(str(file))
    file.write_text(json.dumps({"address": scheduler.scheduler_address}))
    with connect(str(file), ["ar"], []) as connected:
        assert connected.where == str(file)


def test_work_without_any_worker_is_given_up(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(module, "LOOK", 0.1)
    monkeypatch.setattr(module, "NO_WORKER", 0.3)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as local,
        connect(local.scheduler_address, ["ar"], []) as connected,
    ):
        connected.client.retire_workers()
        with pytest.raises(UnavailableError, match="no worker is left") as caught:
            list(connected.map_in_order(where, "", range(2)))
    assert caught.value.code == "CLUSTER-EMPTY"


def test_thousands_of_tasks_go_in_chunks_and_each_is_told_with_its_number(cluster, monkeypatch):
    monkeypatch.setattr(parallel, "CHUNKS", 4)
    told = {}
    found = list(cluster.map_in_order(where, "", range(45), done=told.__setitem__))
    assert [task for _, task, _ in found] == list(range(45))
    assert told == dict(enumerate(found))


def test_joint_tests_of_every_symbol_on_the_workers(cluster):
    """``compare --many --cluster``: each symbol is a task, and the verdict has the bytes of one process."""
    pytest.importorskip("arch")
    bars = pd.concat([random_bars(160, seed=n).assign(symbol=s) for n, s in enumerate("ABC")])
    table = build(bars, FeatureConfig(window=4))
    compared = compare(walk_forward(table, FIT, FOLDS))
    tasks = []
    spread = cluster.map_in_order

    class Watched:
        def map_in_order(self, function, shared, tasks_):
            tasks.extend(tasks_)
            return spread(function, shared, tasks_)

    found = joint_tests(compared, cluster=Watched())
    assert tasks == ["A", "B", "C"]
    pd.testing.assert_frame_equal(found, joint_tests(compared), check_exact=True)
    assert found["spa_p"].between(0, 1).all()


def test_a_search_of_parameters_gives_the_bytes_of_one_process(cluster, tmp_path):
    """Every trial, the tuned predictions, and the cache of the client, which workers do not see."""
    config = TuneConfig(space="-", sampler="grid", inner_folds=2)
    space = {"tree": (Choice("num_leaves", (3, 5)), Choice("learning_rate", (0.1, 9.0)))}
    tuning = Tuning(config, space, FitConfig(settings=FIT.settings), FoldConfig(folds=2), TradingRule())
    cache = FitCache(CacheFolder(tmp_path, 2**30))
    alone = tune(TABLE, tuning)
    for found in (tune(TABLE, tuning, cluster=cluster, cache=cache), tune(TABLE, tuning, cache=cache)):
        pd.testing.assert_frame_equal(found.predictions, alone.predictions, check_exact=True)
        scores = [[(t.parameters, t.state, t.scores) for t in search.trials] for search in found.searches]
        assert scores == [[(t.parameters, t.state, t.scores) for t in s.trials] for s in alone.searches]
    assert (cache.taken, cache.fitted) == (24, 24)
