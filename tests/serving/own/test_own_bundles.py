"""Models of one's own saved: every verb uses them, and no code runs that the command line did not name."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from saved_models import put, sealed
from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import ConfigError, UsageError
from signalcli.features.build import build
from signalcli.io.tables import to_bytes
from signalcli.models import own
from signalcli.serving.bundle.describe import Origin
from signalcli.serving.bundle.load import load
from signalcli.serving.bundle.save import make_bundle
from signalcli.serving.bundle.supported import refuse_unsupported
from signalcli.training.refit import refit

CODE = """
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Path("it_ran").touch()

def forest():
    return RandomForestClassifier(n_estimators=5, max_depth=3)

def histogram():
    return HistGradientBoostingClassifier(max_iter=5)

def vote():
    parts = [("tree", HistGradientBoostingClassifier(max_iter=5)), ("line", LogisticRegression())]
    return VotingClassifier(parts, voting="soft")

pipe = make_pipeline(StandardScaler(), LogisticRegression())

class Momentum:
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.slope = np.corrcoef(X[:, -1], y)[0, 1]
        return self

    def predict_proba(self, X):
        up = 1 / (1 + np.exp(-self.slope * X[:, -1]))
        return np.column_stack([1 - up, up])

class Sealed(Momentum):
    def __getstate__(self):
        raise TypeError("has no state to write")
"""
FORMATS = {
    "forest": "onnx",
    "histogram": "onnx",
    "pipe": "onnx",
    "vote": "skops",
    "Momentum": "skops",
}
NEEDS_TRUST = {"Momentum"}


@pytest.fixture(autouse=True)
def own_code(tmp_path, monkeypatch):
    (tmp_path / "own_code.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    _forget()


def _forget():
    sys.modules.pop("own_code", None)
    own._target.cache_clear()
    own._defaults.cache_clear()
    Path("it_ran").unlink(missing_ok=True)


def bars():
    return synthetic_bars("ar1", rows=260, seed=3, phi=0.3)


def features():
    return build(bars(), FeatureConfig(sets=("lags",), window=3))


def fitted(name, **options):
    (fit,) = refit(features(), FitConfig((f"own_code:{name}",), **options))
    return fit


def files_of(name, **options):
    fit = fitted(name, **options)
    return fit, make_bundle(fit, features(), Origin())[1]


@pytest.mark.parametrize("name", FORMATS)
def test_a_saved_model_gives_the_probabilities_of_its_estimator(name, tmp_path):
    fit, files = files_of(name)
    assert f"estimator.{FORMATS[name]}" in files
    bundle = load(put(tmp_path / "m", files), ("own_code:x",))
    X = fit.trained_on[fit.inputs.columns].to_numpy("float64")
    assert np.abs(bundle.probabilities(X) - fit.estimator.predict_proba(X)).max() <= 1e-5


@pytest.mark.parametrize("kind", ["platt", "isotonic"])
@pytest.mark.parametrize("name", ["forest", "Momentum"])
def test_calibration_is_saved_around_it(name, kind, tmp_path):
    fit, files = files_of(name, calibrate=kind)
    bundle = load(put(tmp_path / "m", files), ("own_code:x",))
    X = fit.trained_on[fit.inputs.columns].to_numpy("float64")
    assert np.abs(bundle.probabilities(X) - fit.estimator.predict_proba(X)).max() <= bundle.manifest.tolerance


def test_three_classes(tmp_path):
    table = build(bars(), FeatureConfig(sets=("lags",), window=3, dead_zone=0.004))
    (fit,) = refit(table, FitConfig(("own_code:pipe",)))
    bundle = load(put(tmp_path / "m", make_bundle(fit, table, Origin())[1]))
    X = fit.trained_on[fit.inputs.columns].to_numpy("float64")
    assert bundle.probabilities(X).shape[1] == 3
    assert np.abs(bundle.probabilities(X) - fit.estimator.predict_proba(X)).max() <= 1e-5


@pytest.mark.parametrize("name", FORMATS)
def test_loading_runs_no_code_that_was_not_named(name, tmp_path):
    folder = put(tmp_path / "m", files_of(name)[1])
    _forget()
    if name in NEEDS_TRUST:
        with pytest.raises(ConfigError, match=rf"asks for own_code:{name}; .* add --trust own_code:{name}"):
            load(folder)
    else:
        load(folder)
    assert not Path("it_ran").exists()
    load(folder, ("own_code:anything",))


def test_what_cannot_be_saved_says_why_for_each_format():
    with pytest.raises(UsageError, match=r"own_code:Sealed cannot be saved: skl2onnx: .*; skops: .*no state"):
        files_of("Sealed")


def test_a_member_of_an_ensemble_is_refused_before_any_fit():
    config = FitConfig(("ensemble",), {"ensemble": {"members": ("own_code:forest", "logistic")}})
    with pytest.raises(UsageError, match="cannot be saved as a member of an ensemble; save it alone"):
        refuse_unsupported(config)


def changed(files, **values):
    manifest = json.loads(files["manifest.json"])
    return files | {"manifest.json": sealed(manifest | values)}


def test_types_that_the_manifest_does_not_list_are_refused(tmp_path):
    _, files = files_of("Momentum")
    graph = {"family": "own", "kind": "skops", "types": []}
    with pytest.raises(ConfigError, match="does not list the types of its estimator: own_code:Momentum"):
        load(put(tmp_path / "m", changed(files, graph=graph)))


def test_a_name_of_ours_on_a_model_of_ones_own_is_refused(tmp_path):
    _, files = files_of("forest")
    with pytest.raises(ConfigError, match="contradicts itself"):
        load(put(tmp_path / "m", changed(files, model="logistic")))


def test_a_missing_and_a_foreign_estimator(tmp_path):
    _, files = files_of("forest")
    without = {name: content for name, content in files.items() if name != "estimator.onnx"}
    with pytest.raises(ConfigError, match=r"estimator\.onnx is missing"):
        load(put(tmp_path / "without", without))
    with pytest.raises(ConfigError, match=r"estimator\.skops does not belong there"):
        load(put(tmp_path / "with", files | {"estimator.skops": b"x"}))


@pytest.mark.parametrize("name", FORMATS)
def test_every_verb(name, tmp_path):
    (tmp_path / "bars.csv").write_bytes(to_bytes(bars(), "csv"))
    (tmp_path / "f.csv").write_bytes(to_bytes(features(), "csv"))
    trust = f" --trust own_code:{name}"
    needed = trust if name in NEEDS_TRUST else ""
    run(f"fit f.csv --model own_code:{name} --folds 2 --save m --output p.csv")
    run(f"predict bars.csv --model m --all --append s.csv{needed}")
    checks = run(f"verify m --bars bars.csv --last 3{trust}")
    assert [line.split(",")[2] for line in checks.splitlines()[1:]] == [
        "selfcheck",
        "bar_by_bar",
        "training_data",
        "refitted",
    ]
    run(f"score s.csv --bars bars.csv --model m --drift d.csv{needed}")
    assert f"own_code:{name}" in run(f"status --model m --as-of 2000-01-01{needed}")
    assert run(f"audit bars.csv --model m{needed}").count("\n") <= 1


def test_verify_says_what_it_did_not_fit(tmp_path):
    (tmp_path / "bars.csv").write_bytes(to_bytes(bars(), "csv"))
    put(tmp_path / "m", files_of("forest")[1])
    _forget()
    result = run("verify m --bars bars.csv --last 3")
    assert "own_code:forest not fitted again, which runs its code" in result.stderr
    assert "refitted" not in result
    assert not Path("it_ran").exists()


def test_an_environment_names_no_code(tmp_path, monkeypatch):
    put(tmp_path / "m", files_of("Momentum")[1])
    (tmp_path / "bars.csv").write_bytes(to_bytes(bars(), "csv"))
    monkeypatch.setenv("SIGNALCLI_PREDICT_TRUST", "own_code:Momentum")
    _forget()
    run("predict bars.csv --model m", status=78)
    assert not Path("it_ran").exists()


def test_audit_accepts_models_by_name(tmp_path):
    (tmp_path / "bars.csv").write_bytes(to_bytes(bars().head(120), "csv"))
    result = run("audit bars.csv --model own_code:pipe --folds 2 --sets lags --window 3 --channels ret")
    assert result.count("\n") <= 1
