"""``run JOB.toml``: flag before environment before file before default; the example runs; faults exit 78."""

import inspect
import tomllib
from pathlib import Path

import pytest

from shell import SAMPLE, run
from signalcli.cli.job import PARAMETERS, example
from signalcli.cli.run import run as run_verb
from signalcli.jobfile import SECTIONS

JOB = f"""
[fetch]
symbols = ["IBM"]
source = "{SAMPLE}"
end = 2003-12-31
[fit]
models = ["ar", "tree"]
folds = 3
[fit.set.tree]
num_leaves = 5
[backtest]
cost_bps = 3
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "nightly.toml"
    path.write_text(JOB)
    return path


def test_a_job_is_the_same_as_its_flags(job: Path) -> None:
    flags = "--end 2003-12-31 --models ar,tree --folds 3 --set tree.num_leaves=5 --cost-bps 3"
    assert run(f"run {job}") == run(f"run IBM --source {SAMPLE} {flags}")


def test_flag_before_environment_before_file_before_default(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALCLI_RUN_FOLDS", "4")
    monkeypatch.setenv("SIGNALCLI_RUN_COST_BPS", "9")
    text = run(f"run {job} --dry-run --cost-bps 7")
    assert "cost_bps = 7.0  # command line" in text
    assert "folds = 4  # environment" in text
    assert 'end = "2003-12-31"  # job file' in text
    assert "horizon = 1  # default" in text


def test_a_dry_run_is_a_job_that_does_the_same(job: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.toml"
    again.write_text(run(f"run {job} --dry-run --cost-bps 7"))
    assert run(f"run {again}") == run(f"run {job} --cost-bps 7")


def test_a_dry_run_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "job.toml").write_text('[fetch]\nsymbols = ["IBM"]\nsource = "nowhere.csv"\n')
    assert 'source = "nowhere.csv"' in run(f"run {tmp_path / 'job.toml'} --dry-run")


def test_the_example_has_every_setting_of_run_and_reads_back(tmp_path: Path) -> None:
    keys = {PARAMETERS.get(key, key) for keys in SECTIONS.values() for key in keys}
    flags = {"context", "dry_run", "quiet", "verbose", "debug"}
    assert keys == set(inspect.signature(run_verb).parameters) - flags
    assert tomllib.loads(run("job init"))["fetch"]["symbols"] == ["IBM"]
    path = tmp_path / "example.toml"
    path.write_text(example())
    assert "# job file" in run(f"run {path} --dry-run")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[features]\nwindow = 'wide'", "window"),
        ("[fetch]\nadjust = 'splits'", "adjust"),
        ("[fit]\nmodel = 'ar'", "did you mean models"),
        ("[fetch]\nend = 'soon'", "end"),
    ],
)
def test_a_fault_of_the_file_is_exit_78(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "job.toml"
    path.write_text(line + "\n")
    result = run(f"run {path}", status=78)
    assert says in result.stderr
    assert "job.toml" in result.stderr


def test_a_missing_job_is_exit_66() -> None:
    run("run nowhere.toml", status=66)
