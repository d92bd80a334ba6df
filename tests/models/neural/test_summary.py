"""KerasForward and weights without training: the published counts, and Keras' own."""

import subprocess
import sys

import pytest

from shell import run
from signalcli.models.neural.keras_model import build_model
from signalcli.models.neural.summary import summary
from signalcli.models.registry import create


def total(name, settings=None, timesteps=20, channels=1, classes=2):
    return summary(name, settings or {}, timesteps, channels, classes)[-1]["weights"]


def test_dense_against_recurrent_twelve_against_twenty_eight():
    """Two inputs, four hidden units, one output, no constants: 8 + 4, and 16 more for the state."""
    plain = {"units": 4, "use_bias": False}
    assert total("mlp", plain, timesteps=1, channels=2) == 12
    assert total("rnn", plain, timesteps=1, channels=2) == 28


@pytest.mark.parametrize(("name", "weights"), [("rnn", 10_301), ("lstm", 40_901), ("gru", 31_001)])
def test_counts_of_keras_for_a_hundred_units(name, weights):
    assert total(name, {"units": 100}) == weights


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("lstm", {"units": (8, 4), "bidirectional": True, "dense": (5, 3)}),
        ("gru", {"units": 6, "layers": 3}),
        ("conv", {"units": (8, 16), "dense": 9, "kernel_size": 3, "pool_size": 3}),
        ("mlp", {"units": (7, 5)}),
    ],
)
def test_shapes_and_counts_are_those_of_the_built_network(name, settings):
    model = build_model(create(name, **settings).set_params(channels=3).network(10, 3))
    rows = summary(name, settings, 10, 3, 3)
    assert rows[-1]["weights"] == model.count_params() == sum(row["weights"] for row in rows[:-1])
    built = {layer.name: layer.output.shape[1:] for layer in model.layers if layer.weights}
    for row in rows[:-1]:
        if row["layer"] in built:
            assert row["output"] == "×".join(map(str, built[row["layer"]]))


def test_members_of_an_ensemble_one_after_the_other():
    rows = summary("lstm+gru", {"lstm__units": 2}, 5, 1, 2)
    assert [(r["model"], r["weights"]) for r in rows if r["layer"] == "total"] == [
        ("lstm", 35),
        ("gru", 3393),
    ]


def test_the_command_prints_them():
    lines = run("models --summary lstm --set units=100 --channels 1 --window 20").splitlines()
    assert lines[0] == "model,layer,output,arrays,weights"
    assert lines[1] == 'lstm,lstm_0,100,"kernel 1×400, recurrent 100×400, bias 400",40800'
    assert lines[-1] == "lstm,total,,,40901"
    assert "40901" in run("models lstm --summary --set lstm.units=100 --channels 1 --format table")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("models --summary", "name a network"),
        ("models --summary tree", "tree has no layers"),
        ("models --summary lstn", "did you mean lstm"),
        ("models --summary lstm --set unit=3", "did you mean units"),
        ("models --summary lstm --set units=0", "units=0"),
        ("models --summary lstm --set gru.units=3", "must be for lstm, the model of the summary"),
    ],
)
def test_what_cannot_be_summed_up_is_refused(command, said):
    assert said in run(command, status=2).stderr


def test_no_deep_learning_library_is_imported():
    code = (
        "import sys\nfrom signalcli.cli import main\n"
        "assert main(['models', '--summary', 'lstm']) == 0\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
