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


WIDE = """
[features]
window = 5
horizon = 3
sets = ["lags", "rolling"]
windows = [5, 10]
statistics = ["mean", "rank"]
channels = "ret,body"
label = "triple-barrier"
barriers = [1.5, 1]
weights = true
[fit]
models = ["logistic"]
folds = 2
calibrate = "platt"
"""
WIDE_FLAGS = (
    "--window 5 --horizon 3 --sets lags,rolling --windows 5,10 --statistics mean,rank --channels ret,body "
    "--label triple-barrier --barriers 1.5,1 --weights"
)


def test_a_job_has_every_choice_of_features_and_of_calibration(tmp_path: Path) -> None:
    path = tmp_path / "wide.toml"
    path.write_text(f'[fetch]\nsymbols = ["IBM"]\nsource = "{SAMPLE}"\nend = 2002-12-31\n{WIDE}')
    bars = run(f"fetch IBM --source {SAMPLE} --end 2002-12-31")
    made = run(f"features {WIDE_FLAGS}", stdin=bars)
    predicted = run("fit --model logistic --folds 2 --calibrate platt", stdin=made)
    assert run(f"run {path}") == run("backtest", stdin=predicted)
    again = tmp_path / "again.toml"
    again.write_text(run(f"run {path} --dry-run"))
    assert run(f"run {again}") == run(f"run {path}")


def test_a_saved_spec_comes_before_the_job(job: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    run(f"features --window 7 --lags 0,3 --save-spec {spec}")
    job.write_text(job.read_text() + "[features]\nwindow = 9\nhorizon = 2\n")
    for line in (f"run {job} --spec {spec} --dry-run", f"run --spec {spec} {job} --dry-run"):
        text = run(line)
        assert "window = 7" in text
        assert "lags = [0, 3]" in text
        assert "horizon = 1 " in text  # a saved spec names every field
        assert "cost_bps = 3" in text


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
    flags = {"context", "spec_file", "dry_run", "quiet", "verbose", "debug"}
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
