"""The Python API: the same configs and the same bytes as the command line."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pandas as pd
import pytest

import signalcli as sc
from random_bars import random_bars
from shell import SAMPLE, run, small_environment
from signalcli.errors import NoInputError, UsageError
from signalcli.io.tables import to_bytes

FETCH = f'[fetch]\nsource = "{SAMPLE}"\nend = "2002-12-31"\nsymbols = '
AR, TREE = '[fit]\nmodels = ["ar"]\n', '[fit]\nmodels = ["tree"]\n'
IBM = FETCH + '["IBM"]\n'
JOBS = {
    "two models": IBM + '[fit]\nmodels = ["ar", "tree"]\n',
    "pooled": FETCH
    + '["IBM", "AAPL"]\n[features]\nwindow = 5\n[fit]\nmodels = ["logistic"]\npooled = true\n',
    "barriers": IBM + '[features]\nhorizon = 4\nlabel = "triple-barrier"\n' + TREE,
    "rolling": IBM + AR + 'cv = "rolling"\ngap = 3\n[backtest]\nhold = 3\n',
    "by year": IBM + AR + '[output]\nby = "year"\n[backtest]\nlong_only = true\n',
}


def test_importing_it_imports_next_to_nothing() -> None:
    code = "import sys; import signalcli; print(sorted(m for m in sys.modules if m.startswith('signalcli.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=small_environment()
    )
    assert done.stdout.strip() == "[]"
    assert {"fetch", "predict", "FitConfig"} <= set(dir(sc))
    with pytest.raises(AttributeError):
        sc.no_such_name  # noqa: B018


@pytest.mark.parametrize("text", JOBS.values(), ids=JOBS)
def test_the_same_bytes_as_run(text: str, tmp_path: Path) -> None:
    job = tmp_path / "job.toml"
    job.write_text(text)
    of = {section: dict(keys) for section, keys in tomllib.loads(text).items()}
    symbols = of["fetch"].pop("symbols")
    fit = {k: tuple(v) if k == "models" else v for k, v in of["fit"].items() if k in {"models", "pooled"}}
    folds = {k: v for k, v in of["fit"].items() if k not in fit}
    bars = sc.fetch(*symbols, config=sc.FetchConfig(**of["fetch"]))
    features = sc.build_features(bars, sc.FeatureConfig(**of.get("features", {})))
    predictions = sc.walk_forward(features, sc.FitConfig(**fit), sc.FoldConfig(**folds))
    returns = sc.backtest(predictions, sc.TradingRule(**of.get("backtest", {})))
    metrics = sc.scorecard(returns, sc.ScorecardConfig(**of.get("output", {})))
    assert to_bytes(metrics, "csv").decode() == run(f"run {job}")
    assert to_bytes(returns, "csv").decode() == run(f"run {job} --returns -")


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return sc.read_bars(SAMPLE, "IBM", config=sc.FetchConfig(end=pd.Timestamp("2002-12-31").date()))


def test_compare_is_the_verb(bars: pd.DataFrame) -> None:
    predictions = sc.walk_forward(sc.build_features(bars), sc.FitConfig(("ar",)))
    verdict = sc.compare(predictions, sc.ComparisonConfig(by="accuracy"))
    printed = run("compare --by accuracy", stdin=to_bytes(predictions, "csv"))
    assert to_bytes(verdict, "csv").decode() == printed


def test_a_saved_model_predicts_like_the_verb(bars: pd.DataFrame, tmp_path: Path) -> None:
    features = sc.build_features(bars, sc.FeatureConfig(window=5))
    (folder,) = sc.save_model(tmp_path / "m", features, sc.FitConfig(("tree",)))
    signals = sc.predict(sc.load_model(folder), bars)
    assert len(signals) == 1
    assert to_bytes(signals, "csv").decode() == run(f"predict --model {folder}", stdin=to_bytes(bars, "csv"))
    with pytest.raises(UsageError, match="one model"):
        sc.save_model(tmp_path / "m", features, sc.FitConfig(("tree", "ar")))


def test_what_is_missing_raises_and_what_is_dropped_warns(tmp_path: Path) -> None:
    with pytest.raises(NoInputError):
        sc.read_bars(SAMPLE, "NOBODY")
    rows = "date,open,high,low,close,volume\n" + "".join(f"2024-01-{d:02},1,1,1,1,1\n" for d in range(1, 31))
    (tmp_path / "bars.csv").write_text(rows + "2024-01-31,1,1,2,1,1\n")
    with pytest.warns(UserWarning, match="dropped|high"):
        assert len(sc.read_bars(tmp_path / "bars.csv")) == 30


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    config = sc.FeatureConfig(sets=("lags",), window=3, channels=("ret", "range"))
    return sc.build_features(random_bars(150), config)


def text_of(table: pd.DataFrame) -> str:
    return to_bytes(table, "csv").decode()


def test_resample_is_the_verb() -> None:
    bars = random_bars(63)
    config = sc.ResampleConfig(to="1wk", calendar="XNYS")
    with pytest.warns(UserWarning, match="unfinished|outside"):
        weeks = sc.resample(bars, config)
    assert text_of(weeks) == run("resample --to 1wk --calendar XNYS", stdin=to_bytes(bars, "csv"))


def test_join_is_the_verb_for_tables_and_for_files(tmp_path: Path) -> None:
    bars = random_bars(40)
    bars.to_csv(tmp_path / "bars.csv", index=False)
    side = pd.DataFrame({"released_at": ["2020-01-10", "2020-02-10"], "period": ["2019-12", "2020-01"]})
    side = side.assign(cpi=[1.5, 2.5])
    side.to_csv(tmp_path / "side.csv", index=False)
    config, read = sc.JoinConfig(tolerance="20d"), sc.read_bars(tmp_path / "bars.csv")
    printed = run(f"join {tmp_path}/bars.csv {tmp_path}/side.csv --tolerance 20d")
    for one in (side, side.set_index(side.index[::-1]), tmp_path / "side.csv"):
        with pytest.warns(UserWarning, match="rows stay empty"):
            assert text_of(sc.join(read, one, config=config)) == printed
    with pytest.raises(UsageError, match="no column"):
        sc.join(read, side.drop(columns="released_at"))


def test_importance_is_the_verb(features: pd.DataFrame) -> None:
    config = sc.ImportanceConfig(copies=1, repeats=2, by="fold")
    table = sc.importance(features, sc.FitConfig(("logistic",)), sc.FoldConfig(2), config)
    flags = "--model logistic --folds 2 --copies 1 --repeats 2 --by fold"
    assert text_of(table) == run(f"importance {flags}", stdin=to_bytes(features, "csv"))


def test_tune_is_the_verb(features: pd.DataFrame, tmp_path: Path) -> None:
    config = sc.TuneConfig(space=("ar.p=0,1,2",), sampler="grid", inner_folds=2)
    found = sc.tune(features, config, folds=sc.FoldConfig(2), best=True)
    files = {name: tmp_path / name for name in ("predictions", "history", "best")}
    flags = " ".join(f"--{name} {file}" for name, file in files.items())
    space = "--space ar.p=0,1,2 --sampler grid --inner-folds 2 --folds 2 --ledger off"
    printed = run(f"tune {space} {flags}", stdin=to_bytes(features, "csv"))
    assert text_of(found.table) == printed
    assert text_of(found.predictions) == files["predictions"].read_text()
    assert text_of(found.history) == files["history"].read_text()
    assert found.best == tomllib.loads(files["best"].read_text())["fit"]["set"]
    with pytest.raises(UsageError, match="--cv combinatorial"):
        sc.tune(features, config, folds=sc.FoldConfig(cv="combinatorial"))
    with pytest.raises(UsageError, match="is searched by --space too"):
        sc.tune(features, config, sc.TunedFitConfig(settings={"ar": {"p": 1}}))


def test_what_a_walk_forward_leaves_out_warns(features: pd.DataFrame) -> None:
    few = features[:5].assign(symbol="FEW")
    both = pd.concat([features, few], ignore_index=True).assign(weight=1.0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        sc.walk_forward(both, sc.FitConfig(("ar",), seeds=2), sc.FoldConfig(4))
    texts = [str(one.message) for one in said]
    assert "1 of 2 symbols left out: FEW" in " ".join(texts)
    assert "--seeds 2: fitted once, as no random number is drawn: ar" in texts
    assert {one.filename for one in said} == {__file__}, "the line of the caller"


def test_features_warn_of_symbols_with_too_few_bars() -> None:
    bars = pd.concat([random_bars(60), random_bars(4, symbol="FEW")], ignore_index=True)
    with pytest.warns(UserWarning, match="FEW"):
        sc.build_features(bars, sc.FeatureConfig(window=20))


def test_every_signal_warns_of_rows_that_were_trained_on(bars: pd.DataFrame, tmp_path: Path) -> None:
    features = sc.build_features(bars, sc.FeatureConfig(window=5))
    (folder,) = sc.save_model(tmp_path / "m", features, sc.FitConfig(("tree",)))
    with pytest.warns(UserWarning, match="signals are of bars that the model was trained on"):
        sc.predict(sc.load_model(folder), bars, every=True)
