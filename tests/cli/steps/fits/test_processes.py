"""What the processes import while the input is read, and what a cluster is asked for."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from signalcli.cli.steps.fits import cluster as step
from signalcli.cli.steps.fits.processes import start_processes
from signalcli.config.fit import FitConfig
from signalcli.config.parallel import ParallelConfig


@pytest.fixture
def prepared(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "signalcli.training.parallel.prepare_processes", lambda jobs, modules: asked.append((jobs, modules))
    )
    return asked


def test_processes_import_the_models_and_their_libraries_but_not_what_starts_threads(prepared):
    start_processes(ParallelConfig(jobs=3), FitConfig(("tree", "lstm")))
    ((jobs, modules),) = prepared
    assert jobs == 3
    assert {"signalcli.training.fits.fit", "signalcli.models.estimators", "lightgbm"} <= set(modules)
    assert not any("tensorflow" in name or "neural" in name for name in modules)


def test_workers_of_a_cluster_import_for_themselves(prepared):
    start_processes(ParallelConfig(cluster="tcp://there:1"), FitConfig(("tree",)))
    assert prepared == []


def test_a_cluster_is_asked_for_the_models_and_libraries_of_the_fit_and_its_baselines(monkeypatch):
    """What is odd about the workers is a warning, their number a note."""
    asked, said = [], []

    @contextmanager
    def connect(address, models, libraries):
        asked.append((address, sorted(models), libraries))
        yield SimpleNamespace(lines=["one is odd"], client=SimpleNamespace(nthreads=lambda: {"a": 1, "b": 1}))

    monkeypatch.setattr("signalcli.training.cluster.connect.connect", connect)
    monkeypatch.setattr(step, "warn", said.extend)
    monkeypatch.setattr(step.console, "note", said.append)
    address = "tcp://there:1"
    with step.connected(ParallelConfig(cluster=address), FitConfig(("tree", "lstm+gru"))) as found:
        assert found.lines == ["one is odd"]
    assert said == ["one is odd", f"2 workers of {address}"]
    ((where, models, libraries),) = asked
    assert where == address
    assert {"tree", "lstm+gru", "majority", "persistence", "ar1"} <= set(models)
    assert {"lightgbm", "tensorflow"} <= set(libraries)
    with step.connected(ParallelConfig(cluster=address)):
        assert asked[1] == (address, [], [])
    with step.connected(ParallelConfig(jobs=2)) as nothing:
        assert nothing is None
    assert len(asked) == 2
