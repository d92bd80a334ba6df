"""``verify``: on the bars it was fitted on a saved model is proved; on others, or changed, it is not."""

import json

import pandas as pd
import pytest

from saved_models import THREE, bars, bundle_files, features, put, saved, sealed
from shell import run
from signalcli.io.tables import to_bytes
from signalcli.serving.bundle.load import load
from signalcli.serving.verify import verify

KINDS = ["majority", "persistence", "ar-auto", "logistic", "tree", "gru"]


def csv(table) -> bytes:
    return to_bytes(table, "csv")


@pytest.mark.parametrize("kind", KINDS)
def test_every_family_is_proved(kind, tmp_path):
    place = saved(tmp_path / "m", kind)
    head, *rows = run(f"verify {place} --last 12", csv(bars())).splitlines()
    assert head == "symbol,model,check,rows,difference,tolerance,ok"
    assert [row.split(",")[2] for row in rows] == ["selfcheck", "bar_by_bar", "training_data", "refitted"]
    assert all(row.endswith(",1") for row in rows)
    assert float(rows[0].split(",")[5]) == (1e-6 if kind == "gru" else 1e-7)
    assert [float(row.split(",")[4]) for row in rows[:3]] == [0, 0, 0]


def test_three_classes_and_features_instead_of_bars(tmp_path):
    place = saved(tmp_path / "m", "tree", THREE)
    for table in (bars(), features(THREE)):
        assert all(row.endswith(",1") for row in run(f"verify {place} --last 5", csv(table)).splitlines()[1:])


def test_bars_of_another_time_are_no_proof(tmp_path):
    place = saved(tmp_path / "m", "ar-3")
    later = bars().assign(date=bars()["date"] + pd.Timedelta(weeks=520))
    rows = run(f"verify {place} --last 5", csv(later), status=3).splitlines()
    assert rows[-1].split(",")[2:] == ["training_data", "0", "1", "0", "0"]


def test_changed_bars_are_no_proof(tmp_path):
    place = saved(tmp_path / "m", "ar-3")
    changed = bars().copy()
    changed.loc[200, "close"] *= 1.0001
    result = run(f"verify {place} --last 5", csv(changed), status=3)
    assert "training_data" in result.stderr
    assert [row.rpartition(",")[2] for row in result.splitlines()[1:]] == ["1", "1", "0"]


def test_newer_bars_do_not_hurt(tmp_path):
    from signalcli.config.fit import FitConfig
    from signalcli.features.build import build
    from signalcli.serving.bundle.describe import Origin
    from signalcli.serving.bundle.save import make_bundle
    from signalcli.training.refit import refit

    early = build(bars().head(300))
    (fit,) = refit(early, FitConfig(("logistic",)))
    place = put(tmp_path / "m", make_bundle(fit, early, Origin())[1])
    assert all(row.endswith(",1") for row in run(f"verify {place} --last 3", csv(bars())).splitlines()[1:])


def test_another_model_under_the_same_name_is_found_out(tmp_path):
    """A graph with other numbers and a self-check that agrees with it: only fitting anew can tell."""
    own, other = bundle_files("ar-3"), bundle_files("ar-0")
    manifest = json.loads(own["manifest.json"])
    manifest["files"] = json.loads(other["manifest.json"])["files"]
    place = tmp_path / "m"
    place.mkdir()
    for name, content in (other | {"manifest.json": sealed(manifest)}).items():
        (place / name).write_bytes(content)
    result = run(f"verify {place} --last 5", csv(bars()), status=3)
    assert result.splitlines()[-1].split(",")[2] == "refitted"
    assert result.splitlines()[-1].endswith(",0")


def test_a_session_that_drifts_is_seen(tmp_path, monkeypatch):
    bundle = load(saved(tmp_path / "m", "logistic"))
    original = bundle.predictor.probabilities
    monkeypatch.setattr(bundle.predictor, "probabilities", lambda X: original(X) + (len(X) == 1) * 1e-3)
    table = verify(bundle, bars(), last=3)
    assert table.set_index("check")["ok"]["bar_by_bar"] == 0


@pytest.mark.parametrize("model", ["majority", "ar", "tree"])
def test_all_bars_of_a_small_model(model, tmp_path):
    """The first bars have their features before the model has the history that it asks for."""
    few, place = csv(bars(90)), tmp_path / "m"
    run(f"fit - --model {model} --folds 2 --ledger off --save {place}", run("features - --window 5", few))
    history = load(place).manifest.min_history
    rows = [row.split(",") for row in run(f"verify {place} --last 0", few).splitlines()[1:]]
    assert [row[-1] for row in rows] == ["1"] * 4
    assert rows[1][2:4] == ["bar_by_bar", str(90 - history + 1)]


def test_parameters_that_no_estimator_accepts_are_those_of_the_manifest(tmp_path):
    files = bundle_files("logistic")
    manifest = json.loads(files["manifest.json"])
    manifest["parameters"]["C"] = -1.0
    place = put(tmp_path / "m", files | {"manifest.json": sealed(manifest)})
    assert "BUNDLE" in run(f"verify {place} --last 2", csv(bars()), status=78).stderr
