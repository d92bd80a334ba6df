"""``--set model.param=value``."""

import pytest

from signalcli.cli.options.parameters import canonical_models, parse_parameters, parse_value, split_parameters
from signalcli.errors import UsageError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        ("-1", -1),
        ("0.3", 0.3),
        ("1e-3", 1e-3),
        ("true", True),
        ("False", False),
        ("none", None),
        ("auto", "auto"),
        (" 64 ", 64),
        ("64,32", (64, 32)),
        ("64,", (64,)),
        ("a,0.5,true", ("a", 0.5, True)),
        ("", ""),
        ("007", 7),
        ("a=b", "a=b"),
    ],
)
def test_a_value_is_a_number_a_word_or_text(text, value):
    got = parse_value(text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("text", ["__import__('os').getcwd()", "[1]*3", "lambda: 0"])
def test_a_value_is_never_run(text):
    assert parse_value(text) == text


def test_settings_go_to_their_model_and_those_without_one_to_all():
    assert parse_parameters(["lstm.units=64", "epochs=3", "lstm.epochs=5"], ["lstm", "gru"]) == {
        "lstm": {"units": 64, "epochs": 5},
        "gru": {"epochs": 3},
    }
    assert parse_parameters(["a.b.c=1"], []) == {"a.b": {"c": 1}}
    assert parse_parameters([], ["lstm"]) == {}


@pytest.mark.parametrize("text", ["units", "lstm.units", ".units=3", "lstm.=3", "=3", ""])
def test_a_setting_that_cannot_be_meant_shows_how(text):
    with pytest.raises(UsageError, match=r"must be MODEL.PARAM=VALUE, such as lstm.units=64"):
        parse_parameters([text], ["lstm"])


def test_a_model_and_its_parameters_have_one_spelling():
    assert canonical_models(("lightgbm", "ar", "lgbm", "mine")) == ("tree", "ar", "mine")
    _, of_models = split_parameters(["lgbm.lr=0.1", "tree.num_leaves=5", "mine.p=1"], (), ("tree",))
    assert of_models == {"tree": {"learning_rate": 0.1, "num_leaves": 5}, "mine": {"p": 1}}


def test_a_parameter_of_a_symbol_belongs_to_its_process():
    of_processes, of_models = split_parameters(["ar1.phi=0.3", "ar.p=2"], ["ar1"], ("ar",))
    assert (of_processes, of_models) == ({"ar1": {"phi": 0.3}}, {"ar": {"p": 2}})
    every = {"ar1": {"phi": 0.3}, "walk": {"phi": 0.3}}
    assert split_parameters(["phi=0.3"], ["ar1", "walk"], None)[0] == every
