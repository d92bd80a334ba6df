"""Warnings as data: what is recorded, and through which filters they are issued again."""

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning

from signalcli.training.fits.warned import Warned, recorded, warn_again


def test_every_warning_is_recorded_whatever_is_filtered():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with recorded() as found:
            warnings.warn("one", ConvergenceWarning, stacklevel=1)
            warnings.warn("two", stacklevel=1)
    assert [(one.category, one.text) for one in found] == [
        ("sklearn.exceptions.ConvergenceWarning", "one"),
        ("builtins.UserWarning", "two"),
    ]
    assert {one.file for one in found} == {__file__}


def test_they_are_issued_again_with_their_class_and_place():
    with pytest.warns(ConvergenceWarning, match="few") as caught:
        warn_again([Warned("sklearn.exceptions.ConvergenceWarning", "few rows", "a.py", 7)])
    assert (caught[0].filename, caught[0].lineno) == ("a.py", 7)


@pytest.mark.parametrize("name", ["nowhere.Warning", "os.path", "builtins.print", "builtins.ValueError", ""])
def test_a_class_that_is_no_warning_becomes_a_plain_one_and_nothing_is_imported(name):
    with pytest.warns(UserWarning, match="text") as caught:
        warn_again([Warned(name, f"text {name}", "a.py", 1)])
    assert caught[0].category is UserWarning


def test_a_filter_decides_what_is_shown():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warn_again([Warned("builtins.RuntimeWarning", "quiet", "a.py", 1)])
    assert caught == []
