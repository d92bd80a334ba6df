"""Models of one's own through every way of fitting and every verb after it, beside ours."""

import json
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.features.build import build
from signalcli.io.tables import to_bytes
from signalcli.models import own

CODE = """
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

def forest(trees=3, depth=2):
    return RandomForestClassifier(n_estimators=trees, max_depth=depth)

pipe = make_pipeline(StandardScaler(), LogisticRegression())

class Nearest:
    def __init__(self, k=9):
        self.k = k

    def fit(self, X, y):
        self.X, self.y, self.classes_ = X, y, np.unique(y)

    def predict_proba(self, X):
        near = [np.argsort(((self.X - row) ** 2).sum(axis=1))[: self.k] for row in X]
        return np.array([[(self.y[rows] == c).mean() for c in self.classes_] for rows in near])

class Talking(Nearest):
    def fit(self, X, y):
        print("said by my own code")
        super().fit(X, y)
"""
BOOSTED = "sklearn.ensemble:HistGradientBoostingClassifier"
OURS = ["matrix_models:forest", "matrix_models:pipe", "matrix_models:Nearest", BOOSTED]
QUICK = f"--model {','.join(OURS)} --set {BOOSTED}.max_iter=2 --ledger off"
PARAMETERS = {
    "matrix_models:forest": "trees=2,3",
    "matrix_models:pipe": "logisticregression__C=0.1..1:log/2",
    "matrix_models:Nearest": "k=5..9/2",
    BOOSTED: "max_iter=1,2",
}


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("matrix")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("PYTHONPATH", str(place))
        patch.setattr(sys, "dont_write_bytecode", True)
        (place / "matrix_models.py").write_text(CODE)
        _write("two", symbols=("AAA", "BBB"))
        _write("one")
        _write("three", dead_zone=0.01)
        yield place
    sys.modules.pop("matrix_models", None)
    own._target.cache_clear()
    own._defaults.cache_clear()


def _write(name, symbols=("AAA",), dead_zone=0.0):
    bars = pd.concat([random_bars(120, symbol=symbol) for symbol in symbols])
    config = FeatureConfig(sets=("lags",), window=2, channels=("ret", "range"), dead_zone=dead_zone)
    Path(f"{name}_bars.csv").write_bytes(to_bytes(bars, "csv"))
    Path(f"{name}.csv").write_bytes(to_bytes(build(bars, config), "csv"))


WAYS = {
    "two classes": "one.csv --folds 2",
    "three classes": "three.csv --folds 2",
    "platt": "three.csv --folds 2 --calibrate platt",
    "isotonic": "one.csv --folds 2 --calibrate isotonic",
    "bands": "three.csv --folds 2 --coverage 0.8",
    "seeds": "one.csv --folds 2 --seeds 2",
    "rolling": "one.csv --folds 2 --cv rolling",
    "combinatorial": "one.csv --folds 3 --cv combinatorial",
    "refitted": "one.csv --folds 2 --refit-every 30",
    "pooled": "two.csv --folds 2 --pooled",
    "each": "two.csv --folds 2",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_of_fitting_and_what_follows_it(way):
    run(f"fit {way} {QUICK} --output p.csv")
    table = pd.read_csv("p.csv")
    names = table["model"].str.partition("@")[0]
    assert set(OURS) <= set(names)
    shown = [c for c in ("p_up", "p_flat", "p_down") if c in table]
    assert table.loc[names.isin(OURS), shown].notna().all(axis=None)
    if len(shown) == 3:
        np.testing.assert_allclose(table[shown].sum(axis=1), 1)
    metrics = pd.read_csv(StringIO(run("backtest p.csv --ledger off")))
    assert set(OURS) <= set(metrics["model"].str.partition("@")[0])
    if "path" not in table:
        assert set(OURS) <= {line.split(",")[1] for line in run("compare p.csv --ledger off").splitlines()}


def test_processes_give_the_same_bytes():
    fitted = f"fit two.csv --folds 2 {QUICK}"
    assert run(f"{fitted} --jobs 2") == run(fitted)
    Path("p.csv").write_text(run(fitted))
    assert run("compare p.csv --many --jobs 2 --ledger off") == run("compare p.csv --many --ledger off")


@pytest.mark.parametrize("method", ["mean", "stack"])
def test_members_of_an_ensemble(method):
    members = f"--set ensemble.members=logistic,{','.join(OURS)} --set ensemble.{BOOSTED}__max_iter=2"
    flags = f"--model ensemble {members} --set ensemble.method={method} --ledger off"
    run(f"fit three.csv --folds 2 {flags} --output p.csv")
    assert "ensemble" in run("backtest p.csv --ledger off")
    said = run(f"fit one.csv --folds 2 {flags} --save e", status=2).stderr
    assert "matrix_models:forest cannot be saved as a member of an ensemble; save it alone" in said


@pytest.mark.parametrize("model", OURS)
def test_tuned_and_then_fitted_and_saved_with_the_result(model, tmp_path):
    saved = tmp_path / "saved"
    space = f"--space {model}.{PARAMETERS[model]} --sampler grid --folds 2 --inner-folds 2"
    rows = run(f"tune one.csv {space} --best best.toml --predictions p.csv --ledger off")
    assert [line.split(",")[2] for line in rows.splitlines()[1:]] == ["1", "2", "all", "best"]
    run("compare p.csv --ledger off")
    run("fit one.csv --params best.toml --folds 2 --ledger off", status=78)
    run(f"fit one.csv --params best.toml --model {model} --folds 2 --save {saved} --ledger off -o p.csv")
    key = PARAMETERS[model].partition("=")[0]
    assert key in json.loads((saved / "manifest.json").read_text())["parameters"]["settings"]


def test_the_code_that_a_file_of_parameters_asks_for_is_named_once():
    Path("named.toml").write_text('[fit]\nmodels = ["m:f"]\n[fit.set."m:f"]\ntrees = 2\n')
    said = run("fit one.csv --params named.toml --ledger off", status=78).stderr
    assert said.endswith("asks for m:f; if you trust that code, add --model m:f\n")


def test_importance_of_all_of_them():
    flags = QUICK.removesuffix(" --ledger off")
    rows = run(f"importance three.csv {flags} --folds 2 --copies 1 --repeats 1 --by fold --drop 'range*'")
    assert set(OURS) <= {line.split(",")[1] for line in rows.splitlines()}


@pytest.mark.parametrize("method", ["contribution", "gradient"])
def test_a_method_that_no_model_of_ones_own_has(method):
    one = "--model matrix_models:pipe --folds 2 --copies 1"
    said = run(f"importance one.csv {one} --method {method}", status=2).stderr
    assert f"--method {method}: none of matrix_models:pipe has it" in said
    both = run(f"importance one.csv {one} --method {method},permutation --repeats 1", status=2).stderr
    assert "IMPORTANCE-METHOD" in both


def test_a_job_file_a_report_and_the_run_again():
    Path("job.toml").write_text(
        '[fetch]\nsource = "one_bars.csv"\n[features]\nwindow = 3\n'
        f'[fit]\nmodels = {json.dumps(OURS)}\nfolds = 2\n[fit.set."{BOOSTED}"]\nmax_iter = 2\n'
    )
    run("run job.toml --ledger l.db", status=78)
    run(f"run job.toml --model {','.join(OURS)} --ledger l.db --report r.md -o metrics.csv")
    assert set(OURS) <= set(pd.read_csv("metrics.csv")["model"])
    assert "models&#58;pipe" in Path("r.md").read_text().replace("\\", "")
    name = run("runs list --ledger l.db --format csv").splitlines()[1].partition(",")[0]
    plugins = " ".join(f"--plugin {model}" for model in OURS)
    run(f"runs verify {name} one_bars.csv --ledger l.db {plugins}")


def test_changed_code_is_fitted_again(folder):
    (folder / "mine_changes.py").write_text("from changes_too import forest\n")
    helper = folder / "changes_too.py"
    seen = []
    for trees in (1, 4):
        helper.write_text(
            "from sklearn.ensemble import RandomForestClassifier\n"
            f"def forest():\n    return RandomForestClassifier(n_estimators={trees}, max_depth=2)\n"
        )
        for name in ("mine_changes", "changes_too"):
            sys.modules.pop(name, None)
        own._target.cache_clear()
        own._defaults.cache_clear()
        seen.append(run("fit one.csv --folds 2 --cache kept --model mine_changes:forest --ledger off"))
    assert seen[0] != seen[1]


def test_what_own_code_prints_is_not_in_the_table():
    flags = "--folds 2 --ledger off --format csv"
    plain = run(f"fit one.csv --model matrix_models:Nearest {flags}")
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shell.checked", lambda *one: said.append(one))
        run(f"fit one.csv --model matrix_models:Talking {flags}")
    assert said == [(plain.replace("Nearest", "Talking"), "said by my own code\n" * 2, 0, 0)]
