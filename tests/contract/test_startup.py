"""What a verb does not load: the reason why it starts quickly, without a clock in the test."""

import json
import shlex
import subprocess
import sys

import pytest

from shell import run, small_environment
from signalcli.cli.commands import VERBS, load

HEAVY = {
    "pandas",
    "numpy",
    "sklearn",
    "scipy",
    "tensorflow",
    "keras",
    "lightgbm",
    "yfinance",
    "pyarrow",
    "rich",
    "statsmodels",
}
LOADED = """
import json, sys
from signalcli.cli import main
status = main(sys.argv[1:])
sys.stderr.write(json.dumps(sorted(sys.modules)))
sys.exit(status)
"""


ROOMS = {f"signalcli.cli.verbs.{verb}" for verb in VERBS}


def loaded(command, stdin=""):
    """Packages that a command line imports."""
    return {name.partition(".")[0] for name in loaded_modules(command, stdin)}


def loaded_modules(command, stdin=""):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *shlex.split(command)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=small_environment(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr)


@pytest.mark.parametrize(
    "command",
    [
        "--help",
        "--version",
        "fetch --help",
        "features --help",
        "fit --help",
        "forecast --help",
        "inspect --help",
        "reproduce --help",
        "backtest --help",
        "run --help",
        "status --help",
        "demo --help",
        "models",
        "models lstm",
        "models --format json",
        "models --format jsonl",
        "explain",
        "explain CSV-DATE --format table",
    ],
)
def test_help_and_models_load_nothing_heavy(command):
    assert loaded(command) & HEAVY == set()


def test_fetch_of_a_file_loads_no_model_and_no_network_client(tmp_path):
    names = loaded("fetch walk --source synthetic --rows 60")
    assert names & (HEAVY - {"pandas", "numpy", "pyarrow"}) == set()
    assert "pandas" in names, "or this test sees nothing at all"


def test_features_load_no_model():
    bars = run("fetch walk --source synthetic --rows 60")
    assert loaded("features -w 5", bars) & (HEAVY - {"pandas", "numpy", "pyarrow"}) == set()


def test_backtest_loads_no_model():
    lines = ["symbol,date,open,high,low,close,volume,forward_return,direction,label_end,model,fold,p_up"]
    for model in ("ar", "majority", "persistence", "ar1"):
        for i in range(1, 29):
            up = i % 3 == 0
            known = f"{0.01 if up else -0.01},{int(up)},2024-02-{i + 1 if i < 28 else 29:02d}"
            lines.append(f"A,2024-02-{i:02d},10,12,9,11,5,{known},{model},0,0.{40 + i}")
    names = loaded("backtest", "\n".join(lines) + "\n")
    assert names & (HEAVY - {"pandas", "numpy", "pyarrow"}) == set()


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_says_of_a_verb_what_the_verb_says_of_itself(verb):
    assert load(verb).get_short_help_str(200) == VERBS[verb]


def test_help_loads_no_verb_and_a_verb_no_other():
    assert not [name for name in loaded_modules("--help") if name in ROOMS]
    assert [name for name in loaded_modules("folds --help") if name in ROOMS] == ["signalcli.cli.verbs.folds"]


def test_a_misspelt_verb_brings_the_nearest():
    assert "No such command 'fecth'. Did you mean 'fetch'" in run("fecth", status=2).stderr
