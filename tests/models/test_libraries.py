"""Which libraries a model is fitted with."""

import sys

import pytest

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError
from signalcli.models.libraries import fitting_libraries, not_installed
from signalcli.models.registry import FORECASTERS
from signalcli.training.estimators import check_settings


@pytest.mark.parametrize(
    ("model", "settings", "libraries"),
    [
        ("ar", {}, ["sklearn"]),
        ("lightgbm", {}, ["sklearn", "lightgbm"]),
        ("gru", {}, ["sklearn", "tensorflow"]),
        ("lstm+gru", {}, ["sklearn", "tensorflow"]),
        ("ensemble", {}, ["sklearn", "lightgbm"]),
        ("ensemble", {"members": ("ar", "mlp", "tree")}, ["sklearn", "tensorflow", "lightgbm"]),
        ("ensemble", {"members": ()}, ["sklearn"]),
    ],
)
def test_libraries_of_a_model_and_its_members(model, settings, libraries):
    assert fitting_libraries(model, settings) == libraries


def test_forecasters_have_theirs():
    assert fitting_libraries("conv", among=FORECASTERS) == ["sklearn", "tensorflow"]
    assert fitting_libraries("persistence", among=FORECASTERS) == ["sklearn"]


def test_every_model_is_refused_before_the_first_fit(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert not_installed("tree") == ["lightgbm"]
    with pytest.raises(UsageError, match="fitting tree needs lightgbm: pip install lightgbm"):
        check_settings(FitConfig(("ar", "tree")).every_model, {})
    check_settings(FitConfig(("ar",)).every_model, {})
