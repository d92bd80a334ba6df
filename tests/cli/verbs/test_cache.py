"""``--cache`` of fit and run, and the verb ``cache``."""

import random
import signal
import subprocess
import sys

import pytest

from random_bars import random_bars
from shell import run, small_environment
from signalcli.features import FeatureConfig, build
from signalcli.io.tables import write_table

FIT = "fit {table} --model logistic --folds 3 --ledger off --cache {cache}"


@pytest.fixture
def places(tmp_path):
    table = tmp_path / "features.csv"
    write_table(build(random_bars(120), FeatureConfig(window=3)), str(table), "csv")
    return {"table": table, "cache": tmp_path / "cache"}


def test_list_and_clear(places):
    first = run(FIT.format(**places))
    assert run(FIT.format(**places)) == first == run(FIT.format(**places | {"cache": "off"}))
    listed = run(f"cache list --cache {places['cache']}").splitlines()
    assert listed[0] == "model,signalcli,fits,bytes,last_used"
    assert [line.split(",")[0] for line in listed[1:]] == ["ar1", "logistic", "majority", "persistence"]
    assert [line.split(",")[2] for line in listed[1:]] == ["3"] * 4
    assert run(f"cache clear --cache {places['cache']}").splitlines()[1].split(",")[0] == "12"
    assert len(run(f"cache list --cache {places['cache']}").splitlines()) == 1


def test_the_summary_counts_what_was_taken(places):
    run(FIT.format(**places))
    import signalcli.cli.console as module

    notes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.Console, "note", lambda _, text: notes.append(text))
        run(FIT.format(**places) + " --folds 3 --models logistic,ar")
    assert "12 of 15 fits from the cache; --cache off fits all again" in notes


def test_a_damaged_entry_is_told_in_one_line(places):
    first = run(FIT.format(**places))
    one = next(places["cache"].glob("fits/*/*"))
    one.write_bytes(b"garbage")
    again = run(FIT.format(**places))
    assert again == first
    assert "1 entry of the cache was damaged and is fitted again" in again.stderr


def test_a_named_folder_must_work_and_the_default_one_only_warns(places, monkeypatch):
    blocked = places["table"] / "below_a_file"
    line = run(FIT.format(**places | {"cache": blocked}), status=74).stderr
    assert "error[CACHE-WRITE]" in line
    monkeypatch.setattr("signalcli.training.cache.open.user_folder", lambda *_: places["table"])
    assert "warning: fits are not cached" in run(FIT.format(**places | {"cache": "default"})).stderr


def test_without_a_cache_the_verb_says_so(places):
    assert "CACHE-NONE" in run(f"cache list --cache {places['cache']}", status=66).stderr
    assert "CACHE-NONE" in run("cache clear", status=66).stderr


def test_run_resumes_and_a_dry_run_touches_nothing(places, tmp_path):
    bars = tmp_path / "bars.csv"
    write_table(random_bars(120), str(bars), "csv")
    command = f"run --source {bars} --model ar --folds 3 --window 3 --ledger off --cache {places['cache']}"
    run(f"{command} --dry-run")
    assert not places["cache"].exists()
    first = run(command)
    assert first == run(command) == run(command.replace(str(places["cache"]), "off"))


def test_a_saved_model_is_fitted_though_all_predictions_were_known(places, tmp_path):
    """The bundle of a first run and that of a second one, which fits no fold, predict the same."""
    bars = tmp_path / "bars.csv"
    write_table(random_bars(120), str(bars), "csv")
    signals = []
    for name in ("first", "second"):
        run(f"{FIT.format(**places)} --save {tmp_path / name}")
        signals.append(run(f"predict {bars} --model {tmp_path / name}"))
    assert signals[0] == signals[1]
    assert len(signals[0].splitlines()) == 2


@pytest.mark.slow
def test_a_run_killed_at_any_moment_resumes_with_the_same_bytes(places):
    """Twenty times: a process is killed after a random time, and the next one goes on."""
    draw = random.Random(0)  # noqa: S311 (moments, no secrets)
    command = f"{FIT.format(**places)} --model tree,logistic,ar --folds 20"
    words = [sys.executable, "-m", "signalcli", *command.split()]
    expected = run(command.replace(str(places["cache"]), "off"))
    for _ in range(20):
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=small_environment()
        )
        try:
            process.communicate(timeout=draw.uniform(0.5, 8))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    assert run(command) == expected
