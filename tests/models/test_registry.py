"""Models by name."""

import inspect
import subprocess
import sys

import pytest

from signalcli.errors import ExitStatus, UsageError
from signalcli.models.registry import (
    ALIASES,
    FORECASTERS,
    FROM_TABLE,
    MODELS,
    PARAMETER_ALIASES,
    create,
    declared,
    entry,
    parameters,
    resolve,
    resolve_members,
    resolve_parameter,
)

NAMES = list(MODELS)


def test_the_names_of_the_command_line():
    classical, networks = "majority persistence ar1 ar logistic tree", "rnn lstm gru conv mlp"
    assert " ".join(NAMES) == f"{classical} {networks} lstm+gru ensemble"


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_the_real_signature(name):
    real = inspect.signature(type(create(name))).parameters
    hidden = {*FROM_TABLE, *entry(name).preset}
    expected = {p.name: p.default for p in real.values() if p.name not in hidden}
    listed = parameters(name)
    assert {p.name: p.default for p in listed} == expected
    assert all(p.help for p in listed)
    assert set(entry(name).preset) <= set(real)
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in real.values())


@pytest.mark.parametrize("name", NAMES)
def test_made_with_its_presets_and_settings(name):
    made = create(name)
    assert made.get_params().items() >= entry(name).preset.items()
    for parameter in parameters(name):
        value = {} if parameter.name == "settings" else object()  # of the members of an ensemble
        assert create(name, **{parameter.name: value}).get_params()[parameter.name] is value


def test_the_help_text_is_that_of_the_field():
    meanings = {p.name: p.help for p in parameters("ar")}
    assert meanings["max_p"] == "Highest order that auto tries, at most half the training rows."


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_an_alias_is_its_model(alias, name):
    assert resolve(alias) == name
    assert entry(alias) is MODELS[name]
    assert type(create(alias)) is type(create(name))


def test_aliases_of_parameters_are_resolved():
    assert resolve_parameter("lstm", "lr") == "learning_rate"
    assert resolve_parameter("tree", "num_leaves") == "num_leaves"
    assert resolve_parameter("ensemble", "lgbm__lr") == "tree__learning_rate"
    model = create("lstm", lr=0.5, hidden_size=7, num_layers=2)
    assert (model.learning_rate, model.units, model.layers) == (0.5, 7, 2)
    assert create("lgbm", lr=0.5).learning_rate == 0.5
    ensemble = create("ensemble", members=("lgbm", "logit", "tree"), lgbm__lr=0.5)
    assert ensemble.settings == {"tree": {"learning_rate": 0.5}}
    assert resolve_members(ensemble.members) == ("tree", "logistic")


def test_an_alias_of_a_parameter_that_a_model_lacks_is_unknown():
    with pytest.raises(UsageError, match=r"model logistic has no parameter 'lr'; it has C, max_iter$"):
        create("logistic", lr=3)


def test_a_parameter_and_its_alias_are_not_set_together():
    with pytest.raises(UsageError, match="learning_rate is set twice, once as lr"):
        create("tree", learning_rate=0.1, lr=0.2)


def test_aliases_do_not_hide_names():
    assert not set(ALIASES) & (set(MODELS) | set(FORECASTERS))
    names = {p.name for among in (MODELS, FORECASTERS) for m in among for p in parameters(m, among)}
    assert not set(PARAMETER_ALIASES) & names


def test_an_unknown_model_names_the_near_ones():
    with pytest.raises(UsageError, match=r"no model 'lsmt'; did you mean lstm\b") as caught:
        create("lsmt")
    assert caught.value.exit_status == ExitStatus.USAGE
    with pytest.raises(UsageError, match="majority or persistence or ar1"):
        create("zzzzzz")


def test_an_unknown_parameter_names_the_near_ones():
    with pytest.raises(
        UsageError, match=r"model tree has no parameter 'num_leafs'; did you mean num_leaves\?"
    ):
        create("tree", num_leafs=3)
    with pytest.raises(UsageError, match=r"'hiden_size'; did you mean hidden_size or kernel_size"):
        create("lstm", hiden_size=3)  # an alias, which may be typed too
    with pytest.raises(UsageError, match="majority has no parameter 'p'; it has none"):
        create("majority", p=3)
    with pytest.raises(UsageError, match=r"ar has no parameter 'zzz'; it has p, criterion, max_p$"):
        create("ar", zzz=3)
    with pytest.raises(UsageError, match=r"'zzz'; signalcli models lstm lists those it has$"):
        create("lstm", zzz=3)


@pytest.mark.parametrize(("name", "preset"), [("ar1", {"p": 2}), ("lstm", {"cell": "gru"})])
def test_what_the_name_says_cannot_be_set_to_something_else(name, preset):
    with pytest.raises(UsageError, match="has no parameter"):
        create(name, **preset)


def test_listing_the_models_imports_no_library():
    code = (
        "import sys\n"
        "from signalcli.models.registry import MODELS, parameters\n"
        "print(sum(len(parameters(m)) for m in MODELS) > 20)\n"
        "print(sorted({'numpy', 'sklearn', 'lightgbm', 'keras', 'tensorflow', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["True", "[]"]


def test_the_declaration_of_a_parameter_is_that_of_the_model_or_of_the_member():
    assert declared("tree", "num_leaves").low == 2
    assert declared("ensemble", "tree__num_leaves") == declared("tree", "num_leaves")
    assert declared("ensemble", "method").choices == ("mean", "stack")
