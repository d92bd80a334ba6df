"""``tune`` as it is typed: the table, its files, what is refused, and what fit makes of the result."""

import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.features import FeatureConfig, build
from signalcli.io.tables import write_table
from signalcli.tracking.ledger import read_entries

SMALL = "--space ar.p=0,1,2 --inner-folds 2 --folds 2 --sampler grid"


@pytest.fixture(scope="module")
def features(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("tune") / "features.csv"
    write_table(build(random_bars(150), FeatureConfig(window=6, sets=("lags",))), str(file), "csv")
    return str(file)


def table_of(text) -> pd.DataFrame:
    return pd.DataFrame(json.loads(text))


def test_the_table_and_its_files(features, tmp_path) -> None:
    best, predictions, history = (tmp_path / n for n in ("best.toml", "p.csv", "h.csv"))
    out = run(
        f"tune {features} {SMALL} --best {best} --predictions {predictions} --history {history} "
        f"--ledger {tmp_path}/l.sqlite --json"
    )
    table = table_of(out)
    assert out.stderr == ""
    assert table["fold"].tolist() == ["1", "2", "all", "best"]
    assert len(pd.read_csv(history)) == 9
    assert set(pd.read_csv(predictions)["model"]) == {"ar", "majority", "persistence", "ar1"}
    document = tomllib.loads(best.read_text())
    p = document["fit"]["set"]["ar"]["p"]
    assert document["fit"]["models"] == ["ar"]
    assert f"p={p}" == table["parameters"].iloc[-1]
    assert "ar: log_loss" in best.read_text()

    compared = run(f"compare {predictions} --ledger off --format csv")
    assert "ar" in compared
    entries = read_entries(tmp_path / "l.sqlite")
    assert len(entries) == 4 + 3, "the outer fits with their baselines, and every configuration"
    refused = run(f"runs verify {entries[0]['run']} {features} --ledger {tmp_path}/l.sqlite", status=2)
    assert "is a search; repeat it with signalcli tune" in refused.stderr


def test_fit_run_and_a_job_file_use_the_best_parameters(features, tmp_path) -> None:
    best = tmp_path / "best.toml"
    run(f"tune {features} {SMALL} --choose best --best {best} --ledger off -o {tmp_path}/t.csv")
    p = tomllib.loads(best.read_text())["fit"]["set"]["ar"]["p"]
    plain = run(f"fit {features} --model ar --set ar.p={p} --ledger off --folds 2")
    assert run(f"fit {features} --params {best} --ledger off --folds 2") == plain
    other = run(f"fit {features} --model ar --set ar.p=3 --ledger off --folds 2")
    assert run(f"fit {features} --params {best} --set p=3 --ledger off --folds 2") == other
    assert run(f"fit {features} --params {best} --set ar.p=3 --ledger off --folds 2") == other

    bars = tmp_path / "bars.csv"
    write_table(random_bars(150), str(bars), "csv")
    job = tmp_path / "job.toml"
    job.write_text(
        "[fetch]\nsource = 'bars.csv'\n[fit]\nparams = 'best.toml'\nfolds = 2\n[features]\nwindow = 6\n"
    )
    typed = run(f"run --source {bars} --params {best} --folds 2 --window 6 --ledger off --format csv")
    assert run(f"run {job} --ledger off --format csv") == typed
    named = f"run --source {bars} --model ar --set ar.p={p} --folds 2 --window 6 --ledger off --format csv"
    assert run(named) == typed
    assert "best.toml" in run(f"run {job} --dry-run")


def test_rows_that_the_search_has_seen_are_counted(features, tmp_path, monkeypatch) -> None:
    """With the last 30 bars held out, the search knows the label of the row before them, and no later one."""
    monkeypatch.chdir(tmp_path)
    table = pd.read_csv(features)
    dates = table["date"].tolist()
    run(f"tune {features} {SMALL} --best best.toml --ledger off --holdout {dates[-30]} -o t.csv")
    plain = run(f"fit {features} --model ar --folds 2 --ledger off")
    tested = {line.split(",")[1] for line in plain.splitlines()[1:]}
    seen = sum(date <= dates[-31] for date in tested)
    fit = f"fit {features} --params best.toml --folds 2 --ledger off"
    counted = f"{seen} of {len(tested)} tested rows are not out of sample"
    assert f"{counted}, as the search knew labels until {dates[-31]}; " in run(fit).stderr
    assert "params" not in run(f"{fit} --save m -o p.csv").stderr
    assert "params" not in plain.stderr
    toml = (tmp_path / "best.toml").read_text()
    for other in ("", "[search]\nuntil = 7\n", "[search]\nuntil = 'someday'\n", "[[search]]\nuntil = 1\n"):
        (tmp_path / "best.toml").write_text(toml[: toml.index("[search]")] + other)
        assert "params" not in run(fit).stderr


def test_run_counts_rows_that_the_search_has_seen(features, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_table(random_bars(150), "bars.csv", "csv")
    run(f"tune {features} {SMALL} --best best.toml --ledger off -o t.csv")
    said = run("run --source bars.csv --params best.toml --folds 2 --window 6 --ledger off").stderr
    assert "tested rows are not out of sample, as the search knew labels until" in said


def test_predictions_in_a_pipe_take_the_place_of_the_table(features) -> None:
    piped = run(f"tune {features} {SMALL} --predictions - --ledger off")
    assert "ar" in run("backtest --ledger off --format csv", stdin=piped)


def test_a_table_for_people(features) -> None:
    text = run(f"tune {features} {SMALL} --ledger off --format table --best -", status=0)
    assert text.startswith("# ar: log_loss")
    shown = run(f"tune {features} {SMALL} --ledger off --format table")
    for part in (
        "inner log_loss",
        "outer",
        "gap",
        "inner_dsr",
        "pbo",
        "AAA ar over 2 folds:",
        "expected of noise",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("options", "status", "text"),
    [
        ("", 2, "--space: must be given"),
        ("--space tree.num_leafs=7", 2, "did you mean num_leaves"),
        ("--space ar.p=0..9 --sampler grid --trials 3", 2, "the grid has 10 points"),
        ("--space ar.p=1,2 --cv combinatorial", 2, "--cv combinatorial: must be expanding or rolling"),
        ("--space ar.p=1,2 --set ar.p=3", 2, "is searched by --space too"),
        ("--space ar.p=1,2 --set tree.num_leaves=3", 2, "for a model that is fitted (ar"),
        ("--space ar.p=1,2 --set p=3", 2, "--set p=3: must name its model"),
        ("--space ar.p=1,2 --time-limit soon", 2, "must be a span"),
        ("--space ar.p=1,2 --best - --history -", 2, "--best and --history: must be a file"),
        ("--space ar.p=50,60", 65, "no trial could be fitted"),
        ("--space nothing.toml", 66, "nothing.toml"),
    ],
)
def test_what_is_refused(features, options, status, text) -> None:
    assert text in run(f"tune {features} {options} --ledger off", status=status).stderr


def test_tpe(features) -> None:
    pytest.importorskip("optuna")
    space = "--space logistic.C=1e-4..1:log --sampler tpe --trials 9 --inner-folds 2 --folds 2"
    table = table_of(run(f"tune {features} {space} --ledger off --json"))
    assert table["trials"].tolist()[:2] == [9, 9]


def test_calibrated_models_are_searched(features) -> None:
    run(f"tune {features} {SMALL} --calibrate platt --ledger off")


def test_what_is_left_out_is_named(features) -> None:
    out = run(f"tune {features} --space ar.p=1,2,50 --inner-folds 2 --folds 2 --ledger off")
    assert "2 of 6 trials could not be fitted: ar: p=50" in out.stderr
    frame = run(f"tune {features} --space ar.p=1,2,50 --inner-folds 2 --folds 2 --ledger off --json -q")
    assert table_of(frame)["failed"].tolist() == [1, 1, 2]


def test_the_environment_may_not_name_code(features, monkeypatch) -> None:
    monkeypatch.setenv("SIGNALCLI_TUNE_SPACE", "momentum_model:Momentum.bars=1,2")
    assert "if you trust that code" in run(f"tune {features} --ledger off", status=78).stderr
    monkeypatch.setenv("SIGNALCLI_TUNE_SPACE", "ar.p=1..2:log ar.criterion=aic,bic")
    run(f"tune {features} --ledger off --inner-folds 2 --folds 2")


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [
        ("[fit.set.tree]\nnum_leaves = 7\n[fetch]\nsource = 'x'", 78, "must hold"),
        ("[fit]\nmodels = []", 78, "must be a list of names"),
        ("[fit]\nmodels = ['os:system']", 78, "if you trust that code"),
        (
            "[fit]\nmodels = ['ensemble']\n[fit.set.ensemble]\nmembers = 'os:system'",
            78,
            "if you trust that code",
        ),
        ("[fit.set.tree]\nnum_leafs = 7", 2, "did you mean num_leaves"),
    ],
)
def test_a_file_of_parameters_that_is_refused(features, tmp_path, content, status, text) -> None:
    file = tmp_path / "best.toml"
    file.write_text(content)
    assert text in run(f"fit {features} --params {file} --ledger off", status=status).stderr


def test_parameters_of_a_model_that_is_not_fitted(features, tmp_path) -> None:
    file = tmp_path / "best.toml"
    file.write_text("[fit.set.tree]\nnum_leaves = 7")
    error = run(f"fit {features} --params {file} --model ar --ledger off", status=2).stderr
    assert "tree.… must be for a model that is fitted: ar" in error


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_cache_is_told_of_as_in_fit(features, tmp_path, jobs) -> None:
    search = f"tune {features} {SMALL} --ledger off --jobs {jobs} --cache"
    first = run(f"{search} {tmp_path}/cache")
    for entry in list(tmp_path.glob("cache/fits/*/*"))[:2]:
        entry.write_bytes(entry.read_bytes()[:-9])
    again = run(f"{search} {tmp_path}/cache")
    assert again == first
    assert again.stderr.count("\n") == 1
    assert "2 entries of the cache were damaged and are fitted again" in again.stderr
    assert run(f"{search} {tmp_path}/cache").stderr == ""
    (tmp_path / "file").touch()
    blocked = run(f"{search} {tmp_path}/file/cache", status=74).stderr
    assert "error[CACHE-WRITE]" in blocked
    assert blocked.count("\n") == 1


def test_a_default_cache_that_cannot_be_written_only_warns(features, monkeypatch) -> None:
    monkeypatch.setattr("signalcli.training.cache.open.user_folder", lambda *_: Path(features))
    said = run(f"tune {features} {SMALL} --ledger off").stderr
    assert "warning: fits are not cached" in said
    assert said.count("\n") == 1
