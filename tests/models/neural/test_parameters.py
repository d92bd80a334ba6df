"""Choices of a network's parameters are the names that the trainer knows."""

from signalcli.models.fields import parameters_of
from signalcli.models.neural.architecture import GATES
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.neural.scaling import SCALES
from signalcli.models.neural.trainer.loop import DECAYS
from signalcli.models.neural.trainer.optimizers import _RULES


def test_choices_are_those_of_the_trainer():
    choices = {p.name: set(p.choices) for p in parameters_of(NetworkParameters) if p.choices}
    assert choices == {
        "cell": {*GATES, "conv", "mlp"},
        "schedule": set(DECAYS),
        "optimizer": set(_RULES),
        "scale": set(SCALES),
    }
