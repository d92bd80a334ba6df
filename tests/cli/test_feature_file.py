"""A choice of features as a TOML file, and its explanation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import run
from signalcli.cli.feature_file import to_toml, values_of
from signalcli.cli.toml import parse_toml
from signalcli.errors import ConfigError
from signalcli.features import EVERY_SET, FeatureConfig, describe_features

SPECS = st.builds(
    FeatureConfig,
    window=st.integers(2, 500),
    horizon=st.integers(1, 60),
    dead_zone=st.floats(0, 0.99),
    sets=st.lists(st.sampled_from(EVERY_SET), min_size=1, unique=True).map(tuple),
    windows=st.lists(st.integers(3, 99), min_size=1).map(tuple),
    lags=st.lists(st.integers(0, 99)).map(tuple),
)


def from_toml(text):
    return FeatureConfig(**values_of("spec", parse_toml(text.encode(), "spec", "SPEC-SYNTAX")))


@given(config=SPECS)
def test_what_is_written_is_read_back(config):
    assert from_toml(to_toml(config)) == config


def test_what_a_file_does_not_name_keeps_its_default():
    assert from_toml("[features]\ndead_zone = 0\n") == FeatureConfig()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("window = 3", r"one section \[features\]"),
        ("[features]\n[fit]", r"one section \[features\]"),
        ("[features", "not TOML"),
        ("[features]\nwindows_ = 3", "no key 'windows_'; did you mean window"),
        ("[features]\nwindow = true", "window = true: must be a whole number, at least 2"),
        ("[features]\nwindow = '3'", 'window = "3": must be a whole number, at least 2'),
        ("[features]\nsets = 'flags'", 'sets = "flags": must be any of lags, rolling'),
        (f"[features]\nhorizon = {'9' * 20}", "horizon = 99999999999999999999: must be a whole number"),
        ("[features]\nplugins = [1]", r"plugins = \[1\]: must be names, separated by commas"),
    ],
)
def test_what_a_file_cannot_mean_is_named(text, said):
    with pytest.raises(ConfigError, match=said):
        from_toml(text)


def test_a_flag_comes_before_the_file_and_the_file_before_the_default(tmp_path):
    file = tmp_path / "spec.toml"
    file.write_text('[features]\nwindow = 3\nhorizon = 4\nsets = ["calendar", "lags"]\n')
    saved = run(f"features --spec {file} --horizon 2 --save-spec -")
    assert from_toml(saved) == FeatureConfig(3, 2, 0.0, ("calendar", "lags"))


def test_a_spec_that_is_missing_or_wrong_has_its_exit_status(tmp_path):
    assert "spec.toml" in run(f"features --spec {tmp_path / 'spec.toml'}", status=66).stderr
    (tmp_path / "bad.toml").write_text("[features]\ntea = 1\n")
    assert "no key 'tea'" in run(f"features --spec {tmp_path / 'bad.toml'}", status=78).stderr


def test_explain_names_every_column_in_order_and_reads_no_bars():
    lines = run("features -w 3 --sets lags,calendar --explain").splitlines()
    assert lines[0] == '"name","formula","look_back","unit","source"'
    names = [line.split(",")[0].strip('"') for line in lines[1:]]
    assert names[:3] == ["ret_lag2", "range_lag2", "volume_z_lag2"]
    assert names[-1] == "hour"


def test_every_default_feature_is_described():
    for row in describe_features(FeatureConfig(sets=EVERY_SET)):
        assert row["formula"]
        assert row["unit"]
        assert row["look_back"] >= 1
