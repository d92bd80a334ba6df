"""The audit verb through the shell contract: findings, exit status 3, JSON, sentences, programs, jobs."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from saved_models import bars, saved
from shell import run
from signalcli.io.tables import to_bytes
from signalcli.testing import random_walk

HEADER = "stage,column,first_date,reach,kind,message,remedy"
QUICK = "--model logistic --folds 2 --sets lags --window 3 --channels ret"
PLUGIN = """
import numpy as np
from signalcli.features import Feature

def features():
    return [Feature("peek", lambda bars: np.roll(bars["volume"], -2, axis=0), 1, "later volume")]
"""
ZSCORE = """
import csv, statistics, sys
rows = list(csv.DictReader(sys.stdin))
values = [float(row["ret_lag0"]) for row in rows if row["ret_lag0"]]
mean = statistics.fmean(values)
for row in rows:
    row["z"] = float(row["ret_lag0"]) - mean if row["ret_lag0"] else ""
writer = csv.DictWriter(sys.stdout, rows[0], lineterminator="\\n")
writer.writeheader()
writer.writerows(rows)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bars.csv"
    path.write_bytes(to_bytes(random_walk(60, 3), "csv"))
    return path


def test_no_finding_is_an_empty_table_and_silence(file: Path) -> None:
    result = run(f"audit {file} {QUICK}")
    assert result.splitlines() == [HEADER]
    assert result.stderr == ""


def test_people_read_what_was_checked_and_what_nobody_can_see(file: Path) -> None:
    result = run(f"audit {file} {QUICK} --format table")
    assert result.startswith("No row depends on a bar after its date, as far as probes can tell.\n")
    assert "features: 60 of 60 rows checked" in result
    assert "No probe can see: bars that are missing because a symbol failed or was delisted" in result


def test_a_plug_in_that_peeks(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "peeking_plugin.py").write_text(PLUGIN, encoding="utf-8")
    result = run(f"audit {file} {QUICK} --plugin peeking_plugin:features --json", status=3)
    found = json.loads(result)
    (first,) = found["findings"]
    assert (first["stage"], first["column"], first["first_date"]) == ("features", "peek", "2000-01-03")
    assert first["reach"] == 2
    assert found["verdict"].startswith("1 leak: features, column peek, first on 2000-01-03")
    assert "error[AUDIT-LEAK]" in result.stderr


def test_a_program_that_scales_by_the_whole_column(file: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(ZSCORE, encoding="utf-8")
    command = f"{sys.executable} {tmp_path}/mine.py"
    result = run(f"audit {file} {QUICK} --through {shlex.quote(command)}", status=3)
    assert '"z","2000-01-04"' in result
    assert "whole-sample" in result


def test_a_job_file_says_what_run_would_do(file: Path, tmp_path: Path) -> None:
    job = tmp_path / "job.toml"
    job.write_text(
        f'[fetch]\nsource = "{file}"\n[features]\nwindow = 3\nsets = "lags"\nchannels = "ret"\n'
        '[fit]\nmodels = "logistic"\nfolds = 2\n',
        encoding="utf-8",
    )
    assert run(f"audit {job}").splitlines() == [HEADER]


def test_a_saved_model(tmp_path: Path) -> None:
    place = saved(tmp_path / "m", "ar-3")
    content = to_bytes(bars().head(150), "csv")
    assert run(f"audit - --model {place}", content).splitlines() == [HEADER]


def test_two_files_of_signals(tmp_path: Path) -> None:
    head = "symbol,date,model,p_up\n"
    (tmp_path / "a.csv").write_text(f"{head}IBM,2024-01-02,ar,0.5\nIBM,2024-01-03,ar,0.6\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{head}IBM,2024-01-02,ar,0.5\nIBM,2024-01-03,ar,0.7\n", encoding="utf-8")
    (tmp_path / "c.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    same = f"audit --signals {tmp_path}/a.csv --signals {tmp_path}/c.csv"
    assert run(same).splitlines() == [HEADER]
    result = run(f"audit --signals {tmp_path}/a.csv --signals {tmp_path}/b.csv", status=3)
    assert '"signals","p_up","2024-01-03"' in result
    assert "IBM 2024-01-03 ar: 0.6 in" in result


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("--signals a.csv", "--signals a.csv: must be two files"),
        ("--reads bars", "--reads bars: must be used with --through"),
        ("bars.csv --self-test", "must be alone, without BARS"),
        ("bars.csv --signals a.csv --signals b.csv", "must be alone, without BARS"),
        ("bars.csv --through no-such-program", "cannot be started"),
        ("bars.csv --model nothing", "no model 'nothing'"),
    ],
)
def test_mistakes_of_the_command_line(
    options: str, text: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    quick = QUICK.replace("--model logistic", "") if "--model" in options else QUICK
    assert text in run(f"audit {options} {quick if 'bars.csv' in options else ''}", status=2).stderr


def test_combinatorial_folds_are_said_to_train_on_later_dates(file: Path) -> None:
    result = run(f"audit {file} {QUICK} --cv combinatorial --test-groups 1 --folds 3")
    assert result.splitlines() == [HEADER]
    assert "only test parts are changed" in result.stderr
