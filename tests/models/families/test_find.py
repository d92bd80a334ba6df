"""A model is one file: put into the folder of the families, it is a model of every verb."""

import subprocess
import sys

import pytest

from signalcli.models import families
from signalcli.models.entry import KINDS
from signalcli.models.registry import FORECASTERS, MODELS

NEIGHBORS = '''
"""Nearest neighbors."""
from dataclasses import dataclass
import numpy as np
from signalcli.models.entry import ModelEntry
from signalcli.models.fields import check_parameters, parameter
from signalcli.models.learner import ClassLearner


@dataclass(kw_only=True, eq=False, repr=False)
class Neighbors(ClassLearner):
    """Share of each class among the nearest training rows."""

    neighbors: int = parameter(25, "Number of rows that vote.", low=1, high=10_000)

    def _fit(self, X, y):
        from sklearn.neighbors import KNeighborsClassifier

        check_parameters(self)
        self.inner_ = KNeighborsClassifier(self.neighbors).fit(X, y)

    def _predict_proba(self, X):
        return self.inner_.predict_proba(X)


MODELS = {"knn": ModelEntry(Neighbors, "trees", "features", "nearest neighbors", aliases=("nearest",))}
'''
WITH_IT = """
import sys
import signalcli.models.families as families
families.__path__.append(sys.argv.pop(1))
from signalcli.cli import entry_point
entry_point()
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run signalcli with one more file among the families."""
    folder = tmp_path_factory.mktemp("families")
    (folder / "neighbors.py").write_text(NEIGHBORS, encoding="utf-8")

    def run(*arguments):
        command = [sys.executable, "-c", WITH_IT, str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_a_new_file_is_listed_with_its_parameters(run):
    listed = run("models", "nearest", "--format", "csv").stdout.splitlines()
    assert listed[1] == "knn,neighbors,25,Number of rows that vote."


def test_a_new_file_is_fitted_by_its_alias_with_its_parameter(run, ibm, tmp_path):
    ibm.head(300).to_csv(tmp_path / "bars.csv", index=False)
    (tmp_path / "rows.csv").write_text(run("features", str(tmp_path / "bars.csv")).stdout, encoding="utf-8")
    base = ("fit", str(tmp_path / "rows.csv"), "--folds", "2", "--model", "nearest")
    done = run(*base, "--set", "nearest.neighbors=4")
    rows = [line.split(",") for line in done.stdout.splitlines()]
    model, p_up = rows[0].index("model"), rows[0].index("p_up")
    shares = {float(row[p_up]) for row in rows[1:] if row[model] == "knn"}
    assert shares == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert "neighbors=0: must be a whole number from 1" in run(*base, "--set", "knn.neighbors=0").stderr


def test_the_lists_are_in_the_order_of_their_kinds():
    for listed in (MODELS, FORECASTERS):
        ranks = [KINDS.index(entry.kind) for entry in listed.values()]
        assert ranks == sorted(ranks)


def test_no_name_and_no_alias_stands_twice():
    for kind in ("MODELS", "FORECASTERS"):
        names = [
            name
            for one in families.lists(kind)
            for name in [*one, *(a for e in one.values() for a in e.aliases)]
        ]
        assert len(names) == len(set(names))
