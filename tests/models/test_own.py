"""Models of the user's own: every verb treats them like ours, and their faults are errors of one line."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from random_bars import random_bars
from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import ConfigError, UsageError
from signalcli.features.build import build
from signalcli.models import own
from signalcli.models.registry import create, entry, parameters, resolve
from signalcli.schemas import feature_columns
from signalcli.training.walk_forward import walk_forward

FOREST = "my_models:make_forest"
CODE = """
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

def make_forest(trees=5, depth=3):
    return RandomForestClassifier(n_estimators=trees, max_depth=depth)

pipe = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=5))

class Shares:
    reads = "returns"

    def fit(self, X, y, sample_weight=None):
        self.width = X.shape[1]
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares = counts / counts.sum()

    def predict_proba(self, X):
        assert X.shape[1] == self.width
        return np.tile(self.shares, (len(X), 1))

class Backwards(Shares):
    def fit(self, X, y):
        super().fit(X, y)
        self.classes_, self.shares = self.classes_[::-1], self.shares[::-1]

class Leaving(Shares):
    def fit(self, X, y):
        raise SystemExit(0)

class Unknown(Shares):
    def predict_proba(self, X):
        return np.full((len(X), 2), np.nan)

class Narrow(Shares):
    def predict_proba(self, X):
        return np.ones((len(X), 1))

class Curious(Shares):
    reads = "tomorrow"

def number():
    return 3
"""


@pytest.fixture(autouse=True)
def my_models(tmp_path, monkeypatch):
    (tmp_path / "my_models.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop("my_models", None)
    own._target.cache_clear()
    own._defaults.cache_clear()


@pytest.fixture
def rows():
    features = build(random_bars(120), FeatureConfig(window=5))
    return features[features["direction"].notna()].dropna()


def fitted(name, rows, **settings):
    X = rows[feature_columns(rows)].to_numpy("float64")
    y = rows["direction"].to_numpy("int64")
    return create(name, **settings).fit(X, y), X, y


def predicted(name, rows):
    model, X, _ = fitted(name, rows)
    return model.predict_proba(X)


def test_a_forest_is_the_forest_of_scikit_learn(rows):
    model, X, y = fitted(FOREST, rows, trees=7, min_samples_leaf=3)
    by_hand = RandomForestClassifier(n_estimators=7, max_depth=3, min_samples_leaf=3, random_state=0).fit(
        X, y
    )
    assert (model.predict_proba(X) == by_hand.predict_proba(X)).all()


@pytest.mark.parametrize("name", [FOREST, "my_models:pipe", "sklearn.ensemble:ExtraTreesClassifier"])
def test_the_seed_reaches_every_part(rows, name):
    (one, X, y), other = fitted(name, rows), create(name)
    other.set_params(random_state=1)
    new = X * 0.9  # a forest knows the rows that it has seen
    assert (one.predict_proba(new) == fitted(name, rows)[0].predict_proba(new)).all()
    assert (one.predict_proba(new) != other.fit(X, y).predict_proba(new)).any()


def test_a_seed_that_was_set_stays():
    assert "random_state" not in create(FOREST, random_state=5).get_params()
    assert "random_state" not in create("my_models:Shares").get_params()


def test_classes_in_another_order_are_put_in_ours(rows):
    backwards, X, y = fitted("my_models:Backwards", rows)
    assert backwards.predict_proba(X)[0].tolist() == [(y == 0).mean(), (y == 1).mean()]


def test_what_it_reads_and_its_parameters():
    assert entry("my_models:Shares").reads == "returns"
    assert entry(FOREST).reads == "features"
    named = {p.name: p.default for p in parameters(FOREST)}
    assert (named["trees"], named["depth"], named["min_samples_leaf"]) == (5, 3, 1)
    with pytest.raises(ConfigError, match="must be one of returns, sequence, features"):
        entry("my_models:Curious")


def test_nothing_is_imported_for_a_name():
    assert resolve("not_there:model") == "not_there:model"


def test_a_parameter_that_it_does_not_have():
    with pytest.raises(UsageError, match="has no parameter tres; it has trees"):
        create(FOREST, tres=3)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_models:number", "int must have fit"),
        ("my_models:Leaving", "SystemExit: 0"),
        ("my_models:Unknown", "no probabilities"),
        ("my_models:Narrow", "not one column for each of"),
        ("my_models:nothing", "AttributeError"),
        ("os:abort", "a module of Python itself"),
    ],
)
def test_its_faults_are_errors_of_the_settings(rows, name, said):
    with pytest.raises(ConfigError, match=said):
        predicted(name, rows)


def test_folds_seeds_bands_and_calibration_are_those_of_our_models(rows):
    config = FitConfig(models=(FOREST,), seeds=2, calibrate="platt", coverage=0.8)
    table = walk_forward(build(random_bars(300), FeatureConfig(window=5)), config, FoldConfig(2))
    forests = table[table["model"].str.startswith(FOREST)]
    assert set(forests["model"]) == {f"{FOREST}@0", f"{FOREST}@1"}
    assert forests["p_up"].between(0, 1).all()
    assert forests["band"].notna().all()


def test_a_member_of_an_ensemble(rows):
    alone, X, _ = fitted(FOREST, rows)
    ensemble = fitted("ensemble", rows, members=("majority", FOREST), **{f"{FOREST}__trees": 5})[0]
    majority = fitted("majority", rows)[0]
    mean = (alone.predict_proba(X) + majority.predict_proba(X)) / 2
    np.testing.assert_allclose(ensemble.predict_proba(X), mean)


def test_every_verb_takes_it(my_models):
    random_bars(200).to_csv("bars.csv", index=False)
    flags = f"--model {FOREST} --set {FOREST}.trees=3 --folds 2 --ledger l.db"
    run(f"run --source bars.csv {flags} -o metrics.csv")
    assert FOREST in set(pd.read_csv("metrics.csv")["model"])
    assert "trees" in run(f"models {FOREST}")
    by_name = run("runs list --ledger l.db --format csv")
    assert FOREST in by_name
    run(f"run --source bars.csv {flags} --save m")
    assert FOREST in run("predict bars.csv --model m")


JOB = """
[fetch]
source = "bars.csv"
[fit]
models = ["ar", "my_models:make_forest"]
"""
MEMBERS = """
[fetch]
source = "bars.csv"
[fit]
models = ["ensemble"]
set = {ensemble = {members = ["ar", "my_models:make_forest"]}}
"""


@pytest.mark.parametrize(
    ("job", "flag"),
    [
        (JOB, "--model ar,my_models:make_forest"),
        (MEMBERS, "--set ensemble.members=ar,my_models:make_forest"),
    ],
)
def test_a_job_file_imports_no_code(my_models, job, flag):
    random_bars(200).to_csv("bars.csv", index=False)
    (my_models / "job.toml").write_text(job)
    (my_models / "my_models.py").write_text("raise SystemExit(5)")
    said = run("run job.toml --ledger off", status=78).stderr
    assert f"job.toml: asks for {flag.split()[1].removeprefix('ar,')}" in said
    assert f"if you trust that code, add {flag}" in said
    (my_models / "my_models.py").write_text(CODE)
    run(f"run job.toml --ledger off --folds 2 {flag}")


def test_the_environment_imports_no_code(my_models, monkeypatch):
    build(random_bars(80), FeatureConfig(window=5)).to_csv("f.csv", index=False)
    monkeypatch.setenv("SIGNALCLI_FIT_MODEL", FOREST)
    said = run("fit f.csv --ledger off", status=78).stderr
    assert f"SIGNALCLI_FIT_MODEL: asks for {FOREST}" in said


def test_a_run_of_the_ledger_imports_no_code(my_models):
    build(random_bars(80), FeatureConfig(window=5)).to_csv("f.csv", index=False)
    run(f"fit f.csv --model {FOREST} --folds 2 --ledger l.db")
    name = run("runs list --ledger l.db --format csv").splitlines()[1].partition(",")[0]
    said = run(f"runs verify {name} f.csv --ledger l.db", status=78).stderr
    assert f"asks for {FOREST}; if you trust that code, add --plugin {FOREST}" in said
    run(f"runs verify {name} f.csv --ledger l.db --plugin {FOREST}")
