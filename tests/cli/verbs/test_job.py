"""``run JOB.toml``: flag before environment before file before default; the example runs; faults exit 78."""

import inspect
import tomllib
from pathlib import Path

import pytest

from shell import SAMPLE, run
from signalcli.cli.verbs.job import example
from signalcli.cli.verbs.run import run as run_verb
from signalcli.config.job import sections
from signalcli.serving.bundle.load import load

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
    config = tmp_path / "spec.toml"
    run(f"features --window 7 --lags 0,3 --save-spec {config}")
    job.write_text(job.read_text() + "[features]\nwindow = 9\nhorizon = 2\n")
    for line in (f"run {job} --spec {config} --dry-run", f"run --spec {config} {job} --dry-run"):
        text = run(line)
        assert "window = 7" in text
        assert "lags = [0, 3]" in text
        assert "horizon = 1 " in text  # a saved config names every field
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
    assert f'source = "{tmp_path}/nowhere.csv"' in run(f"run {tmp_path / 'job.toml'} --dry-run")


def test_a_relative_path_belongs_to_the_folder_of_the_job(
    job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "elsewhere").mkdir()
    own = tmp_path / "jobs" / "n.toml"
    own.write_text(
        job.read_text().replace("[fit.set.tree]\nnum_leaves = 5\n", "")
        + '[predict]\nappend = "s.csv"\nsave = "m"\n[output]\noutput = "out.csv"\nledger = "off"\n'
    )
    monkeypatch.chdir(tmp_path / "elsewhere")
    run("run ../jobs/n.toml --models ar")
    assert {p.name for p in own.parent.iterdir() if not p.name.startswith(".")} == {
        "n.toml",
        "s.csv",
        "m",
        "out.csv",
    }
    assert not list((tmp_path / "elsewhere").iterdir())
    text = run("run ../jobs/n.toml --dry-run --models ar --output here.csv")
    assert 'append = "../jobs/s.csv"' in text
    assert 'output = "here.csv"' in text, "what is typed belongs to the working folder"
    monkeypatch.chdir(own.parent)
    assert 'append = "s.csv"' in run("run n.toml --dry-run --models ar")


def test_the_example_has_every_setting_of_run_and_reads_back(tmp_path: Path) -> None:
    names = {one.parameter for keys in sections().values() for one in keys.values()}
    flags = {
        "context",
        "spec",
        "dry_run",
        "rollback",
        "trust",
        "json",
        "rule",
        "quiet",
        "verbose",
        "debug",
        "help_all",
    }
    assert names == set(inspect.signature(run_verb).parameters) - flags
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
        ("[fit]\nmodels = ['lsmt']", "did you mean lstm"),
        ("[fit.set.lsmt]\nunits = 3", "did you mean lstm"),
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


NIGHTLY = """
[features]
window = 6
sets = ["lags", "rolling"]
windows = [5]
[fit]
models = ["logistic"]
folds = 2
calibrate = "platt"
[backtest]
threshold = 0.51
[predict]
refit_after = "30d"
"""


@pytest.fixture
def nightly(tmp_path: Path) -> Path:
    path = tmp_path / "nightly.toml"
    path.write_text(
        f'[fetch]\nsymbols = ["IBM"]\nsource = "{SAMPLE}"\nend = 2001-12-31\n{NIGHTLY}'
        f'save = "{tmp_path / "ibm"}"\nappend = "{tmp_path / "signals.csv"}"\n'
    )
    return path


def test_a_job_keeps_a_model_and_its_signals(nightly: Path, tmp_path: Path) -> None:
    first = run(f"run {nightly}")
    assert first.splitlines()[1].startswith("IBM,logistic,")
    bundle = load(tmp_path / "ibm")
    assert bundle.manifest.config.windows == (5,)
    assert bundle.manifest.calibration == "platt"
    assert bundle.manifest.thresholds == {"threshold": 0.51, "long_only": False}
    assert bundle.manifest.scores["rows"] > 200
    state = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.is_file()}
    assert run(f"run {nightly}") == ""  # nothing was fitted, so there are no metrics
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in state} == state
    bars = run(f"fetch IBM --source {SAMPLE} --end 2001-12-31")
    assert run(f"predict --model {tmp_path / 'ibm'}", stdin=bars) == (tmp_path / "signals.csv").read_text()


@pytest.mark.parametrize(
    "change",
    ["--end 2002-02-28", "--set logistic.C=0.5", "--windows 5,7", "--seed 3", "--threshold 0.5"],
)
def test_what_is_old_or_was_made_otherwise_is_fitted_anew(nightly: Path, tmp_path: Path, change: str) -> None:
    run(f"run {nightly}")
    before = (tmp_path / "ibm" / "manifest.json").read_bytes()
    assert run(f"run {nightly} --end 2002-01-10") == ""
    assert (tmp_path / "ibm" / "manifest.json").read_bytes() == before
    assert run(f"run {nightly} {change}").startswith("symbol,model")
    assert (tmp_path / "ibm" / "manifest.json").read_bytes() != before


def test_a_setting_that_is_taken_back_is_another_setting(nightly: Path, tmp_path: Path) -> None:
    own = f"run {nightly} --models ensemble --set members=ar,logistic --set logistic__C=0.5"
    assert run(own).startswith("symbol,model")
    assert run(own) == ""
    assert run(own.rsplit(" --set", 1)[0]).startswith("symbol,model")


def test_a_damaged_model_is_fitted_anew(nightly: Path, tmp_path: Path) -> None:
    run(f"run {nightly}")
    (tmp_path / "ibm" / "model.onnx").write_bytes(b"")
    assert run(f"run {nightly}").startswith("symbol,model")
    assert load(tmp_path / "ibm").selfcheck_error() == 0.0


def test_a_dry_run_says_each_step(nightly: Path) -> None:
    steps = [line for line in run(f"run {nightly} --dry-run").splitlines() if line[:3].strip("# ").isdigit()]
    said = [s.split(". ")[1].split(" ")[0] for s in steps]
    assert said == ["read", "check", "compute", "fit", "fit", "predict"]
    assert 'symbols = ["IBM"]  # job file' in run(f"run {nightly} --dry-run")


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ("--append s.csv", "--append s.csv: must be used with --save"),
        ("--refit-after 3d", "--refit-after 3d: must be used with --save"),
        ("--save m --refit-after soon", "--refit-after soon: must be a span such as 30d"),
        ("--save m --models ar,tree", "used with one --model"),
        ("--update", "used with --store"),
        ("--save m --models lstm --set activation=threshold", "activation=threshold cannot be saved"),
    ],
)
def test_settings_of_predict_that_cannot_be_meant(flags: str, says: str) -> None:
    assert says in run(f"run IBM --source nowhere.csv {flags}", status=2).stderr
