"""The ledger: what is kept of a fit, who finds it again, and many writers at once."""

import json
import multiprocessing
import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from shell import run, run_installed
from signalcli.errors import NoInputError, OutputError, UsageError
from signalcli.tracking.ledger import Entry, add_entries, ledger_file, read_entries, read_run
from signalcli.tracking.trials import read_trials

ENTRY = Entry(
    *("r1", "2024-01-02T03:04:05+00:00", "IBM", "tree", 0, "data", "tested", "names", "config", "{}", "{}"),
    *("{}", 0, 0, 100, 0.5, 0.7, 0.01, None),
)
EULER = 0.5772156649015329
BARS = "fetch walk --source synthetic --rows 200 --seed"


def features(seed: int = 1) -> str:
    return run("features -w 5 --sets lags", run(f"{BARS} {seed}"))


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "ledger.sqlite"
    add_entries(file, [ENTRY, replace(ENTRY, model="ar")])
    add_entries(file, [replace(ENTRY, run="r2", sharpe=None)])
    found = read_entries(file)
    assert [e["run"] for e in found] == ["r1", "r1", "r2"]
    assert {k: v for k, v in found[0].items() if k != "id"} == ENTRY.__dict__
    assert found[2]["sharpe"] is None


def test_a_trial_is_a_different_configuration_on_the_same_data(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    sharpes = {"a": 0.01, "b": 0.05, "c": -0.02}
    tried = [replace(ENTRY, config_hash=c, sharpe=s) for c, s in sharpes.items()]
    other_folds = replace(ENTRY, config_hash="d", test_hash="later", sharpe=0.03)
    add_entries(file, [*tried, replace(ENTRY, sharpe=0.9, config_hash="a"), other_folds])
    add_entries(file, [replace(ENTRY, config_hash="a", sharpe=0.01)])  # the same again: the last one counts
    add_entries(
        file,
        [replace(ENTRY, config_hash="m", baseline=1), replace(ENTRY, data_hash="else", test_hash="else")],
    )
    found = read_trials(file, "tested")
    assert found is not None
    assert found.number == 4
    assert found.variance == pytest.approx(np.var([0.01, 0.05, -0.02, 0.03], ddof=1))
    assert read_trials(file, "later") == found
    assert read_trials(file, "unheard of") is None
    assert read_trials(tmp_path / "none.sqlite", "tested") is None
    assert read_trials(None, "tested") is None
    one = read_trials(file, "else")
    assert one == (1, 0.0, 0.0)


def _write(file: Path, writer: int) -> None:
    for i in range(20):
        add_entries(
            file, [replace(ENTRY, run=f"{writer}-{i}"), replace(ENTRY, run=f"{writer}-{i}", model="ar")]
        )


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(file, n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert len(read_entries(file)) == 160
    assert len({e["run"] for e in read_entries(file)}) == 80


def test_a_run_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    add_entries(file, [ENTRY])
    with pytest.raises(OutputError, match=r"ledger\.sqlite: .*--ledger off"):
        add_entries(file, [replace(ENTRY, run="r2"), replace(ENTRY, rows=object())])  # type: ignore[arg-type]
    assert len(read_entries(file)) == 1


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert ledger_file("default") == Path("/state/signalcli/ledger.sqlite")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/me")
    assert ledger_file("default") == Path("/home/me/.local/state/signalcli/ledger.sqlite")
    monkeypatch.delenv("HOME")
    assert ledger_file("default") is None
    assert ledger_file("off") is None
    assert ledger_file("here.db") == Path("here.db")


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    file = tmp_path / "text.sqlite"
    file.write_text("not a database at all, but long enough to be looked at " * 20)
    with pytest.raises(NoInputError, match="not a database"):
        read_entries(file)
    with pytest.raises(OutputError, match="not a database"):
        add_entries(file, [ENTRY])


def test_a_run_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    add_entries(file, [replace(ENTRY, run="abc1"), replace(ENTRY, run="abd2")])
    assert [e["run"] for e in read_run(file, "abc")] == ["abc1"]
    for name in ("ab", "x"):
        with pytest.raises(UsageError, match="runs start with"):
            read_run(file, name)


# ---- what fit and run write


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fits and a run, two of them of the same configuration."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    fit = f"fit --model logistic --folds 2 --seed 1 --ledger {file}"
    run(fit, features())
    run(f"{fit} --set logistic.C=0.1 --holdout 2000-06-01 --open-holdout", features())
    options = "--source synthetic --rows 200 --seed 1 -w 5 --sets lags --folds 2 --model logistic"
    run(f"{fit} --set logistic.C=0.2", features())
    run(f"run walk {options} --ledger {file}", status=0)
    return file


def test_each_fit_is_kept_with_all_that_was_decided(made: Path) -> None:
    found = read_entries(made)
    assert [e["model"] for e in found[:4]] == ["ar1", "logistic", "majority", "persistence"]
    assert [e["baseline"] for e in found[:4]] == [1, 0, 1, 1]
    second = next(e for e in found[4:] if e["model"] == "logistic")
    assert json.loads(second["settings"]) == {"C": 0.1}
    assert json.loads(second["folds"])["folds"] == 2
    assert set(json.loads(second["versions"])) >= {"python", "numpy", "signalcli"}
    assert second["opened"] == "2000-06-01"
    assert found[0]["opened"] is None


def test_the_scores_are_those_of_the_scorecard(made: Path) -> None:
    kept = next(e for e in read_entries(made) if e["model"] == "logistic")
    metrics = run("backtest", run("fit --model logistic --folds 2 --ledger off", features())).splitlines()
    card = dict(zip(metrics[0].split(","), metrics[1].split(","), strict=True))
    assert card["model"] == "logistic"
    assert kept["accuracy"] == float(card["accuracy"])
    assert kept["log_loss"] == float(card["log_loss"])
    assert kept["sharpe"] * 252**0.5 == pytest.approx(float(card["sharpe"]))
    assert kept["rows"] == int(card["n_bars"])


def test_the_same_bars_and_settings_are_the_same_trial_through_any_door(made: Path) -> None:
    first, second, other, third = (e for e in read_entries(made) if e["model"] == "logistic")
    assert first["data_hash"] == second["data_hash"] == third["data_hash"]
    assert first["config_hash"] == third["config_hash"]
    assert len({first["config_hash"], second["config_hash"], other["config_hash"]}) == 3
    found = read_trials(made, first["test_hash"])
    assert found is not None
    assert found.number == 3


TARGETS = (
    "--horizon 1",
    "--horizon 5",
    "--horizon 5 --weights",
    "--horizon 1 --dead-zone 0.004",
    "--horizon 1 --dead-zone 0.008",
    "--horizon 1 --dead-zone 0.5 --dead-zone-unit volatility",
    "--horizon 5 --label triple-barrier",
    "--horizon 5 --label triple-barrier --barriers 2,1",
    "--horizon 5 --label trend-scan",
)


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The ledger of fits with nine targets on the same bars, and the PREDICTIONS of the last one."""
    file, bars, predictions = tmp_path_factory.mktemp("nine") / "ledger.sqlite", run(f"{BARS} 1"), ""
    for target in TARGETS:
        fit = f"fit --model logistic --folds 2 --seed 1 --ledger {file}"
        predictions = run(fit, run(f"features -w 10 --sets lags {target}", bars))
    return file, predictions


def sharpes(file: Path) -> list[float]:
    fits = [e for e in read_entries(file) if e["model"] == "logistic"]
    return [e["sharpe"] for e in fits[:9] if e["sharpe"] is not None]


def test_each_target_is_a_trial_of_its_own_in_a_pipe_and_in_a_run(nine: tuple[Path, str]) -> None:
    """Nine targets on the same bars: nine trials, and none more when `run` makes some again."""
    file, _ = nine
    fits = [e for e in read_entries(file) if e["model"] == "logistic"]
    assert len({e["config_hash"] for e in fits}) == len({e["fit_hash"] for e in fits}) == 9
    wanted = (9, np.var(sharpes(file), ddof=1))
    assert (read_trials(file, fits[0]["test_hash"]) or ())[:2] == pytest.approx(wanted)
    options = "--source synthetic --rows 200 --seed 1 -w 10 --sets lags --folds 2 --model logistic"
    for target in TARGETS[4:8]:
        run(f"run walk {options} --ledger {file} {target}")
    assert (read_trials(file, fits[0]["test_hash"]) or ())[:2] == pytest.approx(wanted)


@pytest.mark.parametrize(
    "more",
    ["--calibrate platt", "--coverage 0.8", "--pooled", "--seed 2", "--gap 3", "--set logistic.C=0.3"],
)
def test_each_setting_of_a_fit_is_a_trial_of_its_own(tmp_path: Path, more: str) -> None:
    file, table = tmp_path / "ledger.sqlite", features()
    for settings in ("", more):
        run(f"fit --model logistic --folds 2 --seed 1 --ledger {file} {settings}", table)
    fits = [e for e in read_entries(file) if e["model"] == "logistic"]
    assert len({e["config_hash"] for e in fits}) == 2


def test_a_pooled_trial_knows_the_other_symbols(tmp_path: Path) -> None:
    file, fit = (
        tmp_path / "ledger.sqlite",
        f"fit --model logistic --folds 2 --ledger {tmp_path / 'ledger.sqlite'}",
    )
    both = run("features -w 5 --sets lags", run(f"{BARS} 1".replace("walk", "walk sine")))
    for settings in ("", "--pooled"):
        for table in (features(), both):
            run(f"{fit} {settings}", table)
    fits = [e["config_hash"] for e in read_entries(file) if (e["symbol"], e["model"]) == ("walk", "logistic")]
    alone, beside, pooled, pooled_beside = fits
    assert alone == beside, "a further symbol changes nothing"
    assert len({alone, pooled, pooled_beside}) == 3


def test_a_changed_feature_is_a_trial_of_its_own(tmp_path: Path) -> None:
    """The names are the same, the numbers are not, as with a plug-in that was edited."""
    file, lines = tmp_path / "ledger.sqlite", features().splitlines()
    place = lines[0].split(",").index("ret_lag0")
    cells = [line.split(",") for line in lines]
    for row in cells[1:]:
        row[place] = str(2 * float(row[place])) if row[place] else ""
    for table in (lines, [",".join(row) for row in cells]):
        run(f"fit --model logistic --folds 2 --seed 1 --ledger {file}", "\n".join(table) + "\n")
    fits = [e for e in read_entries(file) if e["model"] == "logistic"]
    assert len({e["config_hash"] for e in fits}) == 2
    assert len({e["data_hash"] for e in fits}) == 1


def test_each_trading_rule_is_a_trial_of_its_own(tmp_path: Path) -> None:
    """One fit, its backtest under the default rule and under two others: three trials, each once."""
    file, predictions = tmp_path / "ledger.sqlite", tmp_path / "p.csv"
    predictions.write_text(run(f"fit --model logistic --folds 2 --seed 1 --ledger {file}", features()))
    for rule in ("", "--threshold 0.55", "--cost-bps 20", "--threshold 0.55"):
        run(f"backtest {predictions} --ledger {file} {rule}")
    fits = [e for e in read_entries(file) if e["model"] == "logistic"]
    assert len(fits) == len({e["config_hash"] for e in fits}) == 3
    assert len({e["fit_hash"] for e in fits}) == 1
    assert [json.loads(e["rule"])["threshold"] for e in fits] == [0.5, 0.55, 0.5]
    card = dict(
        zip(
            *(line.split(",") for line in run(f"backtest {predictions} --cost-bps 20").splitlines()[:2]),
            strict=True,
        )
    )
    assert fits[2]["sharpe"] * 252**0.5 == pytest.approx(float(card["sharpe"]))
    number, variance, _ = read_trials(file, fits[0]["test_hash"]) or (0, 0, 0)
    assert (number, variance) == (3, pytest.approx(np.var([e["sharpe"] for e in fits], ddof=1)))
    options = "--source synthetic --rows 200 --seed 1 -w 5 --sets lags --folds 2 --model logistic"
    run(f"run walk {options} --ledger {file} --cost-bps 20")
    assert (read_trials(file, fits[0]["test_hash"]) or (0,))[0] == 3
    run(f"compare {predictions} --ledger {file} --long-only")
    assert (read_trials(file, fits[0]["test_hash"]) or (0,))[0] == 4
    verified = run(f"runs verify {fits[1]['run']} - --ledger {file}", features())
    assert verified.splitlines()[-1].startswith("scores,")


def test_the_deflated_sharpe_ratio_counts_nine_targets(nine: tuple[Path, str]) -> None:
    """`dsr` by hand: the Sharpe ratios in the ledger, their variance, and the expected best of nine."""
    file, predictions = nine
    found = run(f"backtest --deflate --ledger {file}", predictions).splitlines()
    card = dict(zip(found[0].split(","), found[1].split(","), strict=True))
    spread = np.std(sharpes(file), ddof=1)
    best = (1 - EULER) * stats.norm.ppf(1 - 1 / 9) + EULER * stats.norm.ppf(1 - 1 / (9 * np.e))
    net = run("backtest --returns - --ledger off", predictions).splitlines()
    place = {name: i for i, name in enumerate(net[0].split(","))}
    rows = [line.split(",") for line in net[1:]]
    r = np.array([float(row[place["net_return"]]) for row in rows if row[place["model"]] == "logistic"])
    sr = r.mean() / r.std(ddof=1)
    error = np.sqrt(1 - stats.skew(r) * sr + (stats.kurtosis(r, fisher=False) - 1) / 4 * sr**2)
    trials = read_trials(file, read_entries(file)[-1]["test_hash"])
    assert trials is not None
    luck = trials.luck / np.sqrt(len(r) - 1)
    assert luck > spread * best, "the larger benchmark counts; the other one is tested in test_trials.py"
    wanted = stats.norm.cdf((sr - luck) * np.sqrt(len(r) - 1) / error)
    assert float(card["dsr"]) == pytest.approx(wanted, rel=1e-6)


def test_other_bars_are_other_data(made: Path) -> None:
    run(f"fit --model logistic --folds 2 --ledger {made}", features(seed=2))
    last = [e for e in read_entries(made) if e["model"] == "logistic"][-1]
    assert read_trials(made, last["test_hash"]) == (1, 0.0, 0.0)


def test_what_is_printed_does_not_depend_on_the_ledger(tmp_path: Path) -> None:
    fit = "fit --model ar --folds 2 --ledger"
    first = run(f"{fit} {tmp_path / 'l.sqlite'}", features())
    assert first == run(f"{fit} {tmp_path / 'l.sqlite'}", features()) == run(f"{fit} off", features())


def test_a_ledger_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    refused = run(f"fit --model ar --folds 2 --ledger {tmp_path}/file/l.sqlite", features(), status=74)
    assert "LEDGER-WRITE" in refused.stderr
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    warned = run("fit --model ar --folds 2", features())
    assert "warning: not recorded in the ledger" in warned.stderr
    assert warned.startswith("symbol,date")


def test_without_a_home_there_is_none() -> None:
    assert run_installed("fit --model ar --folds 2", features().encode()).stderr == ""


# ---- the verb


def test_list_show_diff_export(made: Path) -> None:
    listed = run(f"runs list --ledger {made}").splitlines()
    assert listed[0] == "run,made_at,symbols,models,seed,best_sharpe_per_bar,opened"
    names = [line.split(",")[0] for line in listed[1:5]]
    shown = run(f"runs show {names[1]} --ledger {made}").splitlines()
    assert len(shown) == 5
    assert "config_hash" in shown[0]
    differ = run(f"runs diff {names[0]} {names[1]} --ledger {made} --format jsonl")
    told = {(row["model"], row["what"]): row for row in map(json.loads, differ.splitlines())}
    assert told[("logistic", "settings")]["second"] == '{"C": 0.1}'
    assert ("ar1", "settings") not in told
    assert told[("ar1", "opened")]["second"] == "2000-06-01"
    same = run(f"runs diff {names[0]} {names[3]} --ledger {made}")
    assert same == "symbol,model,what,first,second\n"
    assert len(run(f"runs export --ledger {made}").splitlines()) == len(read_entries(made)) + 1


def test_no_ledger_is_exit_66(tmp_path: Path) -> None:
    assert "LEDGER-NONE" in run(f"runs list --ledger {tmp_path / 'none'}", status=66).stderr
    assert "LEDGER-NONE" in run("runs list --ledger off", status=66).stderr


def test_the_file_is_plain_sqlite(made: Path) -> None:
    with closing(sqlite3.connect(made)) as ledger:
        assert ledger.execute("select count(*) from fits where baseline = 0").fetchone()[0] >= 3


def test_the_ledger_is_for_its_owner_alone(tmp_path):
    old = os.umask(0)
    try:
        bars = run("fetch walk --source synthetic --rows 120")
        run(f"fit - --model ar --folds 2 --ledger {tmp_path}/l.sqlite", run("features - --window 5", bars))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "l.sqlite").stat().st_mode) == 0o600
