"""What works where TensorFlow, LightGBM and scikit-learn are not installed, and what the other verbs say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shell import SAMPLE, run, small_environment

BLOCKED = """
import io, json, os, shlex, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"tensorflow", "keras", "lightgbm", "sklearn"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Block())
from signalcli.cli import main
os.chdir(sys.argv[2])  # after the import, which is of the code beside the tests
told = {}
for command in json.loads(sys.argv[1]):
    sys.stdout, sys.stderr = open("out", "w"), io.StringIO()
    status = main(shlex.split(command))
    told[command] = [status, sys.stderr.getvalue()]
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
print(json.dumps(told))
"""
WORK = [
    "predict --model model bars.csv --all --append signals.csv",
    "score signals.csv --bars bars.csv --model model --drift drift.csv",
    "status --model model --signals signals.csv --as-of 2012-03-02",
    "validate bars.csv",
    "features bars.csv --sets alpha158,volatility,cross --output f.csv",
    "folds features.csv",
    "inspect bars.csv",
    "backtest predictions.csv --metrics all --trades trades.csv --ledger off",
    "compare predictions.csv --ledger off --many",
    "reliability predictions.csv",
    "confusion predictions.csv",
    "models",
    "models lstm",
    "metrics",
    "job init",
    "run IBM --source bars.csv --dry-run",
    "reproduce list",
    "fetch IBM --source bars.csv --store store --output again.csv",
    "store list --store store",
    "runs list --ledger ledger.sqlite",
]
REFUSED = {
    "fit features.csv --model ar": "fitting ar needs scikit-learn: pip install scikit-learn (",
    "fit features.csv --model tree": "needs scikit-learn and lightgbm: pip install scikit-learn lightgbm (",
    "run IBM --source bars.csv --model ar,lstm": "pip install scikit-learn",
    "tune features.csv --space ar.p=1,2": "fitting ar needs scikit-learn: pip install scikit-learn (",
    "demo": "pip install scikit-learn",
    "forecast bars.csv --model lstm": "fitting lstm needs scikit-learn and tensorflow: pip install",
    "models --summary lstm": "this command needs scikit-learn: pip install scikit-learn (",
    "reproduce wave --cell ar": "pip install scikit-learn",
    "inspect --gradients bars.csv --model rnn": "pip install scikit-learn",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Status and messages of every command line, in one process without the libraries."""
    folder: Path = tmp_path_factory.mktemp("bare")
    options = f"--ledger {folder}/ledger.sqlite --save {folder}/model --output {folder}/predictions.csv"
    run(f"fetch IBM --source {SAMPLE} --start 2011-01-01 --end 2012-03-01 --output {folder}/bars.csv")
    run(f"features {folder}/bars.csv -w 5 --output {folder}/features.csv")
    run(f"fit {folder}/features.csv --model ar --folds 2 {options}")
    commands = [*WORK, "verify model --bars bars.csv --last 2", *REFUSED]
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, json.dumps(commands), str(folder)],
        env=small_environment(), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: tuple(answer) for name, answer in json.loads(done.stdout).items()}


@pytest.mark.parametrize("command", WORK)
def test_verbs_that_fit_nothing_work(command: str, told: dict[str, tuple[int, str]]) -> None:
    status, said = told[command]
    assert status == 0, said
    assert "LIBRARY" not in said


@pytest.mark.parametrize("command", REFUSED)
def test_the_others_name_the_package_in_one_line(command: str, told: dict[str, tuple[int, str]]) -> None:
    status, said = told[command]
    assert status == 2
    assert said.startswith("signalcli: error[LIBRARY-NONE]: ")
    assert REFUSED[command] in said
    assert said.count("\n") == 1


def test_verify_checks_what_needs_no_fit_and_says_so(told: dict[str, tuple[int, str]]) -> None:
    status, said = told["verify model --bars bars.csv --last 2"]
    assert status == 0
    assert said == (
        "signalcli: warning: ar not fitted again, a library is not installed: pip install scikit-learn\n"
    )
