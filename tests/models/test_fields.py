"""Bounds of model parameters: no number is so large that a fit takes all memory or never ends."""

import math

import numpy as np
import pytest

from saved_models import features
from shell import run
from signalcli.io.tables import to_bytes
from signalcli.models.fields import Parameter
from signalcli.models.neural.architecture import count_weights
from signalcli.models.neural.checks import MOST_WEIGHTS
from signalcli.models.registry import FORECASTERS, MODELS, create, parameters

FEATURES = to_bytes(features(), "csv")
EVERY = [(name, p) for among in (MODELS, FORECASTERS) for name in among for p in parameters(name, among)]


@pytest.mark.parametrize(("model", "parameter"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_every_number_has_an_upper_bound(model: str, parameter: Parameter) -> None:
    widths = parameter.name == "units"  # one number or several, bounded by `check_network`
    number = isinstance(parameter.default, int | float) and not isinstance(parameter.default, bool)
    if number and not widths:
        assert parameter.low is not None
        assert math.isfinite(parameter.high), f"{model}.{parameter.name}"
        with pytest.raises(ValueError, match=parameter.name):
            parameter.check(type(parameter.default)(10**30))


@pytest.mark.parametrize(
    "settings", [{"units": 4096, "layers": 3}, {"units": (4096,) * 4}, {"dense": (4096,) * 3}]
)
def test_a_network_of_gigabytes_is_refused(settings: dict[str, object]) -> None:
    model = create("lstm", channels=3, **settings)
    with pytest.raises(ValueError, match="weights; must be at most"):
        model.network(timesteps=20, outputs=1)


def test_a_usual_network_is_far_below_the_limit() -> None:
    model = create("lstm", channels=14, units=(256, 256, 128), bidirectional=True)
    assert count_weights(model.network(timesteps=250, outputs=1)) < MOST_WEIGHTS / 4


@pytest.mark.parametrize(
    "setting",
    [
        "tree.n_estimators=99999999999999999999",
        "tree.n_estimators=999999999",
        "tree.reg_lambda=inf",
        "ar.p=10001",
        "logistic.max_iter=99999999999999999999",
        "logistic.C=1e300",
        "lstm.units=99999",
        "mlp.layers=10000",
    ],
)
def test_the_shell_refuses_it_in_one_line(setting: str) -> None:
    rng = np.random.default_rng(1)
    bars = run(f"fetch walk --source synthetic --rows 200 --seed {rng.integers(99)}")
    features = run("features - --window 5", bars)
    model = setting.partition(".")[0]
    line = run(f"fit - --ledger off --folds 2 --model {model} --set {setting}", features, status=2).stderr
    assert "must be" in line


@pytest.mark.parametrize(
    ("settings", "wish"),
    [
        ("bidirectional=a", "bidirectional='a': must be true or false"),
        ("stateful=2", "stateful=2: must be true or false"),
        ("activation=2", "activation=2: must be text"),
        ("kernel_initializer=true", "kernel_initializer=True: must be text"),
        ("kernel_regularizer=2", "kernel_regularizer=2: must be text"),
    ],
)
def test_a_value_of_another_type_is_refused(settings: str, wish: str) -> None:
    assert f"lstm: {wish}" in run(f"models --summary lstm --set {settings}", status=2).stderr


@pytest.mark.parametrize("settings", ["bidirectional=1", "stateful=false", "activation=none"])
def test_a_value_of_its_type_is_taken(settings: str) -> None:
    run(f"models --summary lstm --set {settings}")


@pytest.mark.parametrize("name", ["columns", "horizon", "random_state", "channels"])
@pytest.mark.parametrize(
    "command", ["models --summary lstm --set {}=1", "fit - --model lstm --set lstm.{}=1"]
)
def test_what_the_table_sets_is_refused_first(command: str, name: str) -> None:
    found = run(command.format(name), FEATURES, status=2)
    assert f"lstm.{name} cannot be set; it follows from the table" in found.stderr


@pytest.mark.parametrize("value", ["3", "a"])
def test_settings_of_members_are_by_member(value: str) -> None:
    found = run(f"fit - --model ensemble --set ensemble.settings={value}", FEATURES, status=2)
    assert "must map members to their parameters" in found.stderr
