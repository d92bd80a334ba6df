"""The models verb: everything that --set reaches, without loading a model library."""

import inspect

import pytest

from shell import run
from signalcli.models.registry import FORECASTERS, FROM_TABLE, MODELS, create


def test_every_model_is_listed_with_what_it_reads() -> None:
    lines = run("models --format jsonl").splitlines()
    assert len(lines) == len(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_every_parameter_of_a_model_is_listed_and_explained(model: str) -> None:
    printed = run(f"models {model} --format table")
    cls = type(create(model))
    own = set(inspect.signature(cls).parameters) - set(FROM_TABLE) - set(MODELS[model].preset)
    listed = {line.split()[1] for line in printed.splitlines()[1:] if line.startswith(model)}
    assert listed == own
    assert all(len(line.split()) > 3 for line in printed.splitlines()[1:] if line.startswith(model)), printed


def test_an_unknown_model_names_the_nearest() -> None:
    assert "did you mean lstm" in run("models lstn", status=2).stderr


def test_forecasters_have_a_list_of_their_own() -> None:
    listed = run("models --forecast").splitlines()
    assert [line.split(",")[0] for line in listed[1:]] == list(FORECASTERS)
    assert "sequence" in run("models --forecast lstm")
    assert "sequence" not in run("models lstm")


def test_parameters_that_networks_share_stand_once() -> None:
    table = run("models --format table")
    assert table.count("recurrent_initializer") == 1
    assert table.count("those of rnn") == 4
    assert run("models").count("recurrent_initializer") == 5, "data are complete"
