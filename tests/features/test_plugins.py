"""Features of others, and the check that they can call."""

import sys
from importlib import metadata

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.errors import ConfigError, DataError
from signalcli.features import Feature, FeatureConfig, build, select_features
from signalcli.features.build import compute
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.rolling import mean
from signalcli.testing import assert_causal

CODE = """
from signalcli.features import Feature

def mine():
    return [Feature("body", lambda bars: bars["close"] / bars["open"] - 1, 1, "close / open - 1")]

def theirs():
    return [Feature("rsi14", lambda bars: bars["close"], 1, "close")]

def nothing():
    return ["tea"]

def label():
    return [Feature("direction", lambda bars: bars["close"], 1, "close")]

def broken():
    raise RuntimeError("no tea")

def leaving():
    raise SystemExit

def leaving_late():
    def make(bars):
        raise SystemExit(0)
    return [Feature("late", make, 1, "exit")]

def failing_late():
    return [Feature("late", lambda bars: bars["tea"], 1, "tea")]

def none():
    return None

def generating():
    yield Feature("one", lambda bars: bars["close"], 1, "close")
    raise SystemExit("half-way")

def looks_back():
    return [Feature("late", lambda bars: bars["close"], "1", "close")]

def nameless():
    return [Feature(7, lambda bars: bars["close"], 1, "close")]
"""
EXIT = "raise SystemExit(0)\n"
MARK = "from pathlib import Path\nPath('ran').touch()\ndef f():\n    return []\n"


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    (tmp_path / "my_plugin.py").write_text(CODE)
    (tmp_path / "my_exit.py").write_text(EXIT)
    (tmp_path / "my_mark.py").write_text(MARK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in ("my_plugin", "my_exit", "my_mark"):
        sys.modules.pop(name, None)


def declared(make, look_back=1, lag=0):
    return Feature("f", make, look_back, "f", lag=lag)


def test_a_plugin_adds_its_columns(plugin):
    random_bars(40).to_csv("bars.csv", index=False)
    path = list(sys.path)
    printed = run("features bars.csv --sets calendar --plugin my_plugin:mine")
    assert printed.splitlines()[0].endswith("hour,body,forward_return,direction,label_end,horizon")
    assert "body" in run("features --sets calendar --plugin my_plugin:mine --explain")
    assert sys.path == path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_plugin:theirs", "rsi14 exists already"),
        ("my_plugin:nothing", "must return Features, not str"),
        ("my_plugin:label", "direction is a reserved column name"),
        ("my_plugin:broken", "RuntimeError: no tea"),
        ("my_plugin:tea", "AttributeError"),
        ("no_such_module:tea", "; run from the folder of its file, or install it"),
        ("my_plugin:brokn", "; did you mean broken?"),
        ("tea", "must be module:function or an installed name"),
        ("my_plugin:leaving", "SystemExit"),
        ("my_plugin:none", "TypeError"),
        ("my_plugin:generating", "SystemExit: half-way"),
        ("my_plugin:looks_back", "needs look_back of at least 1"),
        ("my_plugin:nameless", "7 is no column name"),
        ("my_plugin:CODE", "AttributeError"),
        ("my_exit:f", "SystemExit: 0"),
        ("os:abort", "a module of Python itself"),
        ("sys:exit", "a module of Python itself"),
        ("builtins:breakpoint", "a module of Python itself"),
        ("pdb:set_trace", "a module of Python itself"),
        ("numpy:array", "not a function that returns Features"),
        ("numpy:pi", "not a function that returns Features"),
    ],
)
def test_what_is_no_plugin_is_named(plugin, name, said):
    with pytest.raises(ConfigError, match=said):
        select_features(FeatureConfig(plugins=(name,)))
    assert said in run(f"features --explain --plugin {name}", status=78).stderr


@pytest.mark.parametrize(("name", "said"), [("leaving_late", "SystemExit: 0"), ("failing_late", "KeyError")])
def test_a_feature_that_fails_while_it_is_computed_is_an_error(plugin, name, said):
    random_bars(40).to_csv("bars.csv", index=False)
    line = f"features bars.csv --sets calendar --plugin my_plugin:{name}"
    assert f"my_plugin:{name}: {said}" in run(line, status=78).stderr


def test_the_working_folder_hides_no_installed_module(plugin):
    (plugin / "arch.py").write_text(MARK)
    with pytest.raises(ConfigError, match="AttributeError"):
        select_features(FeatureConfig(plugins=("arch:f",)))
    assert not (plugin / "ran").exists()
    assert select_features(FeatureConfig(sets=("calendar",), plugins=("my_mark:f",)))
    assert (plugin / "ran").exists()


SPEC_FILE = '[features]\nplugins = ["my_mark:f"]\nsets = ["calendar"]\nwindow = 5\n'
JOB_FILE = SPEC_FILE + '[fetch]\nsource = "bars.csv"\n[fit]\nmodels = ["ar"]\nfolds = 2\n'
BY_FILE = [
    "features bars.csv --spec x.toml",
    "features --explain --spec x.toml",
    "features --spec x.toml --save-spec y.toml",
    "run --source bars.csv --spec x.toml --model majority --folds 2",
    "run job.toml",
    "run job.toml --dry-run",
    "run job.toml --spec x.toml",
    "fit features.csv --model majority --folds 2 --spec x.toml --save m",
]


@pytest.mark.parametrize("line", BY_FILE)
def test_a_file_imports_no_code(plugin, line):
    bars = random_bars(80)
    bars.to_csv("bars.csv", index=False)
    build(bars, FeatureConfig(sets=("calendar", "lags"), window=5)).to_csv("features.csv", index=False)
    (plugin / "x.toml").write_text(SPEC_FILE)
    (plugin / "job.toml").write_text(JOB_FILE)
    said = run(line, status=78).stderr
    where = "job.toml" if "x.toml" not in line else "x.toml"
    assert f"{where}: asks for my_mark:f; if you trust that code, add --plugin my_mark:f" in said
    assert not (plugin / "ran").exists()


def test_the_environment_imports_no_code(plugin, monkeypatch):
    random_bars(80).to_csv("bars.csv", index=False)
    monkeypatch.setenv("SIGNALCLI_FEATURES_PLUGIN", "my_mark:f")
    said = run("features bars.csv", status=78).stderr
    assert "SIGNALCLI_FEATURES_PLUGIN: asks for my_mark:f; if you trust that code, add --plugin" in said
    assert not (plugin / "ran").exists()


def test_a_name_that_was_typed_as_well_is_imported(plugin):
    random_bars(80).to_csv("bars.csv", index=False)
    (plugin / "x.toml").write_text(SPEC_FILE)
    run("features bars.csv --spec x.toml --plugin my_mark:f")
    assert (plugin / "ran").exists()


def test_a_run_of_the_ledger_imports_no_code(plugin):
    random_bars(80).to_csv("bars.csv", index=False)
    flags = "--source bars.csv --plugin my_mark:f --sets lags --window 5 --model majority --folds 2"
    run(f"run {flags} --ledger l.db")
    entry = run("runs list --ledger l.db --format csv").splitlines()[1].partition(",")[0]
    sys.modules.pop("my_mark")
    (plugin / "ran").unlink()
    said = run(f"runs verify {entry} bars.csv --ledger l.db", status=78).stderr
    assert "asks for my_mark:f; if you trust that code, add --plugin my_mark:f" in said
    assert not (plugin / "ran").exists()
    run(f"runs verify {entry} bars.csv --ledger l.db --plugin my_mark:f")
    assert (plugin / "ran").exists()


def test_an_installed_plugin_may_be_named_in_a_file(plugin, monkeypatch):
    point = metadata.EntryPoint("tea", "my_plugin:mine", "signalcli.features")
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point] if group == point.group else [])
    monkeypatch.syspath_prepend(str(plugin))
    random_bars(80).to_csv("bars.csv", index=False)
    (plugin / "x.toml").write_text(SPEC_FILE.replace("my_mark:f", "tea"))
    assert ",body," in run("features bars.csv --spec x.toml")


def test_an_installed_plugin_goes_by_its_name(plugin, monkeypatch):
    point = metadata.EntryPoint("tea", "my_plugin:mine", "signalcli.features")
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point] if group == point.group else [])
    monkeypatch.syspath_prepend(str(plugin))
    assert select_features(FeatureConfig(plugins=("tea",)))[-1].name == "body"


@pytest.mark.parametrize("make", [lambda b: b["close"][1:], lambda b: b["close"][:, 0], lambda _: 1.0])
def test_a_value_for_each_bar_or_none(make):
    bars = pd.concat([random_bars(30), random_bars(30, symbol="BBB")], ignore_index=True)
    with pytest.raises(DataError, match=r"f: .* values for"):
        compute(bars, [declared(make)])


GOOD = {
    "body": declared(lambda b: b["close"] - b["open"]),
    "mean": declared(lambda b: mean(b["close"], 7), 7),
    "mean 3 bars ago": declared(lambda b: mean(b["close"], 7), 10, lag=3),
    "a generous look-back": declared(lambda b: mean(b["close"], 7), 50),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_feature_passes(name):
    assert_causal([GOOD[name]])


def next_close(b):
    out = np.full(b["close"].shape, np.nan)
    out[:-1] = b["close"][1:]
    return out


BAD = {
    "the next close": (declared(next_close), "removing|changing"),
    "a centred mean": (declared(lambda b: np.roll(mean(b["close"], 5), -2, axis=0), 5), "removing"),
    "a z-score of the whole column": (
        declared(lambda b: b["close"] - np.nanmean(b["close"], axis=0)),
        "removing",
    ),
    "the last bar there is": (declared(lambda b: b["close"] * 0 + b["close"][-1]), "removing"),
    "a mean of one bar more than it says": (declared(lambda b: mean(b["close"], 8), 7), "look-back of 7"),
    "a lag that it does not count": (declared(lambda b: mean(b["close"], 7), 7, lag=3), "look-back of 7"),
    "a sum that never forgets": (declared(lambda b: np.cumsum(b["close"], axis=0), 20), "look-back of 20"),
    "the mean of all symbols": (
        declared(lambda b: b["close"] * 0 + np.nanmean(b["close"], axis=1, keepdims=True)),
        "another symbol",
    ),
    "what is behind it filled in": (
        declared(
            lambda b: np.where(np.isnan(lag(b["close"], 1)), b["close"][:2][-1:], lag(b["close"], 1)), 2
        ),
        "removing|changing|look-back",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_feature_that_breaks_a_promise_is_named(name):
    feature, said = BAD[name]
    with pytest.raises(AssertionError, match=said) as caught:
        assert_causal([feature])
    assert "f: " in str(caught.value)


def test_changing_alone_finds_what_removing_cannot():
    """A value that only differs when a later bar is wild: removing leaves it as it is."""
    limit = 1e5
    wild = declared(lambda b: b["close"] * 0 + (np.nanmax(b["close"], axis=0) > limit))
    with pytest.raises(AssertionError, match="changing"):
        assert_causal([wild])


def test_a_table_of_ones_own(plugin):
    assert_causal(
        select_features(FeatureConfig(sets=("calendar",), plugins=("my_plugin:mine",))), random_bars(50)
    )
    table = build(random_bars(50), FeatureConfig(sets=("calendar",), plugins=("my_plugin:mine",)))
    assert table["body"].notna().all()
