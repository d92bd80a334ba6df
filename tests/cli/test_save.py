"""``fit --save``: one model, refitted on all that is known, as a folder."""

import json

import pytest

from saved_models import bars, features
from shell import SAMPLE, run
from signalcli.bundle.load import load
from signalcli.csvio import to_bytes

TABLE = to_bytes(features(), "csv").decode()


def test_the_predictions_are_the_same_with_and_without(tmp_path):
    assert run(f"fit --model ar --save {tmp_path / 'm'}", TABLE) == run("fit --model ar", TABLE)
    manifest = load(tmp_path / "m").manifest
    resolved = features().dropna()
    assert manifest.trained["rows"] == len(resolved)
    assert manifest.trained["last"] == f"{resolved['date'].max():%Y-%m-%d}"
    assert manifest.known == bars()["date"].max()
    assert (manifest.model, manifest.symbol, manifest.interval) == ("ar", bars()["symbol"].iloc[0], "1d")
    assert manifest.spec.window == 6
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
    assert "mood, which bars do not give" in said


def test_what_has_no_graph_is_one_clear_refusal(monkeypatch):
    from saved_models import fitted
    from signalcli.bundle.families import family_of
    from signalcli.bundle.save import Origin, files
    from signalcli.errors import UsageError

    class Novel:
        pass

    with pytest.raises(UsageError, match="Novel cannot be saved"):
        family_of(Novel())
    fit = fitted("ar-3")
    monkeypatch.setattr(fit.estimator, "cuts_", fit.estimator.cuts_ + 0.01)
    assert files(fit, features(), Origin())  # the graph follows the estimator
    monkeypatch.setattr(fit.estimator, "predict_proba", lambda X: 1.0 - X[:, :2] * 0)
    with pytest.raises(UsageError, match="its graph would be"):
        files(fit, features(), Origin())
