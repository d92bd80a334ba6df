"""``fit --save``: one model, refitted on all that is known, as a folder."""

import json
import sys

import pytest

from saved_models import bars, features
from shell import SAMPLE, run
from signalcli.io.tables import to_bytes
from signalcli.serving.bundle.load import load

TABLE = to_bytes(features(), "csv").decode()


def test_the_predictions_are_the_same_with_and_without(tmp_path):
    assert run(f"fit --model ar --save {tmp_path / 'm'}", TABLE) == run("fit --model ar", TABLE)
    manifest = load(tmp_path / "m").manifest
    resolved = features().dropna()
    assert manifest.trained["rows"] == len(resolved)
    assert manifest.trained["last"] == f"{resolved['date'].max():%Y-%m-%d}"
    assert manifest.last_label_date == bars()["date"].max()
    assert (manifest.model, manifest.symbol, manifest.interval) == ("ar", bars()["symbol"].iloc[0], "1d")
    assert manifest.config.window == 6
    assert manifest.seed == 0


@pytest.mark.parametrize("models", ["ar,tree", "tree,ar,logistic"])
def test_several_models_are_refused_before_anything_is_fitted(models, tmp_path):
    said = run(f"fit --model {models} --save {tmp_path / 'm'}", TABLE, status=2).stderr
    assert "one --model" in said
    assert list(tmp_path.iterdir()) == []


def test_parameters_and_seed_are_kept(tmp_path):
    run(f"fit --model tree --set tree.n_estimators=7 --seed 3 --save {tmp_path / 'm'}", TABLE)
    content = json.loads((tmp_path / "m" / "manifest.json").read_text())
    assert content["parameters"]["n_estimators"] == 7
    assert content["parameters"]["random_state"] == content["seed"] == 3


def test_the_same_command_gives_the_same_bytes_and_replaces(tmp_path):
    for name in ("a", "b", "a"):
        run(f"fit --model logistic --save {tmp_path / name}", TABLE)
    for file in ("manifest.json", "model.onnx", "selfcheck.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    run(f"fit --model ar --save {tmp_path / 'a'}", TABLE)
    assert load(tmp_path / "a").manifest.model == "ar"


def test_a_folder_with_other_things_is_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    assert "something else is there" in run(f"fit --model ar --save {tmp_path}", TABLE, status=2).stderr
    assert (tmp_path / "thesis.tex").exists()


def test_pooled_and_symbols_with_strange_names(tmp_path):
    both = run(f"fetch IBM AAPL --source {SAMPLE} --end 2001-12-31").replace("AAPL,", "../BRK/A^,")
    table = run("features --window 5", both)
    run(f"fit --model ar --pooled --save {tmp_path / 'pooled'} -o {tmp_path / 'p.csv'}", table)
    assert load(tmp_path / "pooled").manifest.symbol is None
    assert len(run(f"predict --model {tmp_path / 'pooled'}", both).splitlines()) == 3
    run(f"fit --model ar --save {tmp_path / 'each'} -o {tmp_path / 'p.csv'}", table)
    inside = [p for p in (tmp_path / "each").iterdir() if p.is_dir()]
    assert sorted(load(p).manifest.symbol for p in inside) == ["../BRK/A^", "IBM"]
    assert len(inside) == 2


def test_an_own_column_needs_features(tmp_path):
    head, *rows = TABLE.splitlines()
    own = "\n".join([f"{head},mood", *(f"{row},{i % 7}" for i, row in enumerate(rows))]) + "\n"
    run(f"fit --model logistic --save {tmp_path / 'm'} -o {tmp_path / 'p.csv'}", own)
    assert load(tmp_path / "m").manifest.own_columns == ["mood"]
    assert len(run(f"predict --model {tmp_path / 'm'}", own).splitlines()) == 2
    said = run(f"predict --model {tmp_path / 'm'}", to_bytes(bars(), "csv"), status=65).stderr
    assert "mood, which these bars do not give" in said


def test_what_has_no_graph_is_one_clear_refusal(monkeypatch):
    from saved_models import fitted
    from signalcli.errors import UsageError
    from signalcli.serving.bundle.describe import Origin
    from signalcli.serving.bundle.save import make_bundle
    from signalcli.serving.onnx.converters import family_of

    class Novel:
        pass

    with pytest.raises(UsageError, match="Novel cannot be saved"):
        family_of(Novel())
    fit = fitted("ar-3")
    monkeypatch.setattr(fit.estimator, "cuts_", fit.estimator.cuts_ + 0.01)
    assert make_bundle(fit, features(), Origin())  # the graph follows the estimator
    monkeypatch.setattr(fit.estimator, "predict_proba", lambda X: 1.0 - X[:, :2] * 0)
    with pytest.raises(UsageError, match="its graph would be"):
        make_bundle(fit, features(), Origin())


@pytest.mark.parametrize(
    "flags",
    [
        "--model logistic --calibrate platt",
        "--model tree --set n_estimators=20 --calibrate isotonic",
        "--model ensemble --set members=ar,logistic --coverage 0.8",
        "--model logistic --calibrate platt --coverage 0.9 --seeds 1",
    ],
)
def test_what_is_wrapped_is_saved_and_verified(tmp_path, flags):
    """Bar by bar, refitted, and the last line of the walk-forward is not what it is compared with."""
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    run(f"fit {flags} --folds 2 --save {tmp_path / 'm'} -o {tmp_path / 'p.csv'}", TABLE)
    manifest = load(tmp_path / "m").manifest
    assert manifest.calibration == (
        flags.split("--calibrate ")[1].split()[0] if "calibrate" in flags else None
    )
    assert (manifest.coverage is not None) == ("coverage" in flags)
    assert manifest.scores["rows"] > 100
    found = run(f"verify {tmp_path / 'm'} --bars {tmp_path / 'b.csv'} --last 5").splitlines()
    assert [line.split(",")[2] for line in found[1:]] == [
        "selfcheck",
        "bar_by_bar",
        "training_data",
        "refitted",
    ]


def test_a_band_that_nothing_passes_takes_no_position(tmp_path):
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    run(
        f"fit --model logistic --coverage 0.99 --folds 2 --save {tmp_path / 'm'} -o {tmp_path / 'p.csv'}",
        TABLE,
    )
    band = load(tmp_path / "m").manifest.coverage["band"]
    rows = [
        line.split(",")
        for line in run(f"predict --model {tmp_path / 'm'} {tmp_path / 'b.csv'} --all").splitlines()[1:]
    ]
    for row in rows:
        p_up, position = float(row[3]), float(row[5])
        assert (position != 0) == (min(p_up, 1 - p_up) <= 1 - band and max(p_up, 1 - p_up) > band)


def test_another_adjustment_is_refused_where_it_is_known(tmp_path):
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    run(f"fit --model ar --adjust split --save {tmp_path / 'm'} -o {tmp_path / 'p.csv'}", TABLE)
    assert load(tmp_path / "m").manifest.adjustment == "split"
    ask = f"predict --model {tmp_path / 'm'} {tmp_path / 'b.csv'}"
    assert run(ask) == run(f"{ask} --adjust split")  # a CSV file alone says nothing
    said = run(f"{ask} --adjust raw", status=65).stderr
    assert "adjusted for raw; the model was fitted on prices adjusted for split; use --adjust split" in said


PLUGIN = """
import numpy as np
from signalcli.features.feature import Feature

def mine():
    return [Feature("twice", lambda panel: 2.0 * panel["close"], 1, "2 · close")]
"""


def test_a_plug_in_is_named_and_only_imported_when_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plug_for_bundles.py").write_text(PLUGIN)
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    flags = "--plugin plug_for_bundles:mine --sets lags --window 5"
    run(f"run ar1 --source b.csv {flags} --model logistic --folds 2 --save m")
    manifest = load(tmp_path / "m").manifest
    assert manifest.config.plugins == ("plug_for_bundles:mine",)
    assert manifest.own_columns == []
    said = run("predict --model m b.csv", status=78).stderr
    assert "if you trust that code, add --plugin plug_for_bundles:mine" in said
    trusted = "--plugin plug_for_bundles:mine"
    assert len(run(f"predict --model m b.csv {trusted}").splitlines()) == 2
    run(f"predict --model m b.csv {trusted} --all -o s.csv")
    monkeypatch.delitem(sys.modules, "plug_for_bundles")
    run("verify m --bars b.csv", status=78)
    run("score s.csv --bars b.csv --model m --drift -", status=78)
    assert "plug_for_bundles" not in sys.modules
    run(f"verify m --bars b.csv --last 3 {trusted}")
    assert "twice" in run(f"score s.csv --bars b.csv --model m --drift - {trusted}")


def test_a_spec_file_says_what_names_do_not(tmp_path):
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    flags = "--window 9 --lags 0,1,2,3 --sets lags --label triple-barrier --horizon 3"
    run(f"features {flags} --save-spec {tmp_path / 'spec.toml'}")
    table = run(f"features {flags} {tmp_path / 'b.csv'}")
    fit = f"fit --model logistic --folds 2 -o {tmp_path / 'p.csv'} --save"
    assert "name the feature config with --spec" in run(f"{fit} {tmp_path / 'm'}", table).stderr
    run(f"{fit} {tmp_path / 'm'} --spec {tmp_path / 'spec.toml'}", table)
    manifest = load(tmp_path / "m").manifest
    assert (manifest.label, manifest.own_columns, manifest.config.window) == ("triple-barrier", [], 9)
    assert len(run(f"predict --model {tmp_path / 'm'} {tmp_path / 'b.csv'}").splitlines()) == 2


@pytest.mark.parametrize(
    "flags",
    [
        "--model lstm --set activation=threshold",
        "--model mlp --set dense=4 --set dense_activation=log_softmax",
        "--model ensemble --set members=lstm --set lstm__recurrent_activation=threshold",
    ],
)
def test_what_cannot_be_saved_is_refused_before_anything_is_read(tmp_path, flags):
    said = run(f"fit {tmp_path / 'nowhere.csv'} {flags} --save {tmp_path / 'm'}", status=2).stderr
    assert "cannot be saved" in said
