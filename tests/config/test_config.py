"""Defaults and refusals of what is wanted of each stage."""

import dataclasses
import subprocess
import sys

import pytest

from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.option import settings_of
from signalcli.config.trading import TradingRule
from signalcli.errors import ExitStatus, UsageError

SPECS = (FeatureConfig, FetchConfig, FitConfig, FoldConfig, TradingRule)


def test_the_defaults_that_the_documents_name():
    assert dataclasses.asdict(FeatureConfig()) == {
        "window": 20,
        "horizon": 1,
        "dead_zone": 0.0,
        "sets": ("lags", "rolling", "indicators", "calendar"),
        "windows": (5, 10, 20, 60),
        "statistics": ("mean", "std", "min", "max"),
        "channels": ("ret", "range", "volume_z"),
        "lags": (),
        "label": "direction",
        "dead_zone_unit": "return",
        "barriers": (1.0, 1.0),
        "weights": False,
        "float32": False,
        "plugins": (),
        "label_from": "close",
        "close_time": (),
        "max_gap": "400d",
        "extra": (),
    }
    assert dataclasses.asdict(FoldConfig()) == {
        "folds": 5,
        "gap": 0,
        "max_train": None,
        "cv": "expanding",
        "embargo": 0,
        "refit_every": None,
        "test_groups": 2,
        "holdout": None,
        "open_holdout": False,
    }
    assert dataclasses.asdict(TradingRule()) == {
        "cost_bps": 5.0,
        "fill": "next_open",
        "threshold": 0.5,
        "long_only": False,
        "sizing": "sign",
        "kelly": 0.5,
        "volatility": 0.1,
        "lookback": 20,
        "max_position": 1.0,
        "hold": None,
        "max_turnover": None,
        "dead_band": 0.0,
        "stop_loss": None,
        "take_profit": None,
        "half_spread_bps": 0.0,
        "slippage_bps": 0.0,
        "borrow_bps": 0.0,
        "per_share": 0.0,
        "min_commission": 0.0,
        "impact": 0.0,
        "capital": 100_000.0,
    }
    assert FitConfig().models == ("ar", "tree", "lstm", "gru")
    assert FitConfig().random_state == 0


@pytest.mark.parametrize("config", SPECS, ids=lambda s: s.__name__)
def test_a_spec_does_not_change(config):
    made = config()
    field = dataclasses.fields(made)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, field, None)
    assert made == config()


@pytest.mark.parametrize("config", SPECS, ids=lambda s: s.__name__)
def test_every_field_is_described(config):
    explained = {one.name for one in settings_of(config) if one.option.help}
    for field in dataclasses.fields(config):
        assert field.name in explained or field.name in config.__doc__


def test_baselines_are_fitted_once_beside_the_models():
    assert FitConfig(models=("tree",)).every_model == ("tree", "majority", "persistence", "ar1")
    assert FitConfig(models=("ar1", "tree")).every_model == ("ar1", "tree", "majority", "persistence")


@pytest.mark.parametrize(
    ("config", "settings", "said"),
    [
        (FitConfig, {"models": ()}, "--model"),
        (FitConfig, {"models": ("tree",), "settings": {"lstm": {"units": 4}}}, "--set lstm"),
        (TradingRule, {"cost_bps": -1}, "--cost-bps -1: must be a number, at least 0 and below 10000"),
        (TradingRule, {"cost_bps": 10_000}, "--cost-bps 10000"),
        (TradingRule, {"cost_bps": float("nan")}, "--cost-bps nan"),
        (TradingRule, {"threshold": 0}, "--threshold 0"),
        (TradingRule, {"threshold": 1}, "--threshold 1"),
        (TradingRule, {"fill": "open"}, "--fill open: must be one of next_open, close"),
    ],
)
def test_what_cannot_be_meant_is_refused(config, settings, said):
    with pytest.raises(UsageError, match=said) as caught:
        config(**settings)
    assert caught.value.exit_status == ExitStatus.USAGE


def test_require_says_option_value_and_wish():
    require(True, "--x", 1, "anything")
    with pytest.raises(UsageError, match=r"^--x 1: must be a cat$"):
        require(False, "--x", 1, "a cat")


def test_specs_need_the_standard_library_only():
    code = (
        "import sys, signalcli.config.features, signalcli.config.fetch, signalcli.config.fit\n"
        "import signalcli.config.folds, signalcli.config.trading\n"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'lightgbm', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
