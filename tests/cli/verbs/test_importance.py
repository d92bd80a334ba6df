"""The importance verb through the shell contract."""

import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.features.build import build
from signalcli.io.tables import to_bytes

HEADER = "symbol,model,method,level,feature,value,floor,spread,rank,verdict,rows"
QUICK = "--model logistic --folds 2"


@pytest.fixture
def file(tmp_path):
    made = build(random_bars(150), FeatureConfig(sets=("lags",), window=3, channels=("ret", "range")))
    path = tmp_path / "features.csv"
    path.write_bytes(to_bytes(made, "csv"))
    return path


def test_a_table_by_rank(file):
    head, *rows = run(f"importance {file} {QUICK}").splitlines()
    assert head == HEADER
    assert [row.split(",")[8] for row in rows] == ["1", "2", "3", "4", "5", "6"]


def test_the_same_bytes_with_any_number_of_jobs(file):
    assert run(f"importance {file} {QUICK} --jobs 2") == run(f"importance {file} {QUICK}")


def test_by_fold(file):
    head, *rows = run(f"importance {file} {QUICK} --by fold").splitlines()
    assert head == f"{HEADER},fold"
    assert [row.rpartition(",")[2] for row in rows] == ["1"] * 6 + ["2"] * 6


def test_people_read_bars_and_verdicts(file):
    text = run(f"importance {file} {QUICK} --format table")
    assert text.split()[:5] == ["rank", "feature", "value", "floor", "verdict"]


def test_a_picture(file, tmp_path):
    run(f"importance {file} {QUICK} --level feature,channel --plot {tmp_path / 'i.svg'}")
    svg = (tmp_path / "i.svg").read_text()
    assert "ret_lag0" in svg
    assert "channel" in svg


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--method luck", "--method luck: must be of permutation, contribution, gradient"),
        ("--level ,,", "--level: must be of "),
        ("--level day", "--level day: must be of feature, channel, lag, set"),
        ("--model logistic --method gradient", "IMPORTANCE-METHOD"),
        ("--plot picture.gif", "must end in .png or .svg"),
    ],
)
def test_what_is_refused(file, options, said):
    assert said in run(f"importance {file} {options}", status=2).stderr
