"""Models by name."""

import importlib
import inspect
import subprocess
import sys

import pytest

from signalcli.errors import ExitStatus, UsageError
from signalcli.models.registry import FROM_TABLE, MODELS, create, entry, parameters

NAMES = list(MODELS)


def test_the_names_of_the_command_line():
    classical, networks = "majority persistence ar1 ar logistic tree", "rnn lstm gru conv mlp"
    assert " ".join(NAMES) == f"{classical} {networks} lstm+gru ensemble"


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_the_real_signature(name):
    module, class_name = entry(name).target.split(":")
    cls = getattr(importlib.import_module(f"signalcli.models.{module}"), class_name)
    real = inspect.signature(cls).parameters
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
        value = object()
        assert create(name, **{parameter.name: value}).get_params()[parameter.name] is value


def test_a_meaning_over_two_lines_is_joined():
    meanings = {p.name: p.help for p in parameters("ar")}
    assert meanings["p"] == 'Number of lagged returns; "auto" takes the order with the smallest criterion.'


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
    with pytest.raises(UsageError, match="majority has no parameter 'p'; it has none"):
        create("majority", p=3)
    with pytest.raises(UsageError, match=r"ar has no parameter 'zzz'; it has p, criterion, max_p$"):
        create("ar", zzz=3)
    with pytest.raises(UsageError, match=r"'zzz'; signalcli models lists those it has$"):
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
