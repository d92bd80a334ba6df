"""Samplers: what is proposed, in which order, and when it ends."""

import pytest

from signalcli.config.tuning import TuneConfig
from signalcli.errors import UsageError
from signalcli.research.tuning.samplers import draws, make_sampler, number_of_trials
from signalcli.research.tuning.space import Choice, Range
from signalcli.research.tuning.trial import Trial

SMALL = (Choice("a", (1, 2, 3)), Choice("b", (True, False)))
WIDE = (Range("x", 0.0, 1.0), Range("n", 1, 1000, whole=True))


def config(**settings) -> TuneConfig:
    return TuneConfig(space="-", **settings)


def asked(sampler, batch=4):
    found = []
    while new := sampler.ask(batch):
        found += new
        for number, parameters in enumerate(new):
            trial = Trial(number, parameters, "finished", [sum(map(float, parameters.values()))])
            sampler.tell(trial)
    return found


def test_a_grid_in_order_and_whole() -> None:
    found = asked(make_sampler(config(sampler="grid"), SMALL, 0))
    assert found == [{"a": a, "b": b} for a in (1, 2, 3) for b in (True, False)]


def test_random_points_are_different_and_those_of_a_small_space_complete() -> None:
    found = asked(make_sampler(config(trials=100), SMALL, 0))
    assert sorted(map(repr, found)) == sorted(
        repr({"a": a, "b": b}) for a in (1, 2, 3) for b in (True, False)
    )
    many = list(draws(WIDE, 30, 1))
    assert len(set(map(repr, many))) == 30
    assert many == list(draws(WIDE, 30, 1))
    assert many != list(draws(WIDE, 30, 2))
    assert many[:10] == list(draws(WIDE, 10, 1)), "a longer search begins like a shorter one"


def test_the_number_of_trials() -> None:
    assert number_of_trials(config(), WIDE) == 50
    assert number_of_trials(config(trials=3), SMALL) == 3
    assert number_of_trials(config(), SMALL) == 6
    assert number_of_trials(config(sampler="grid"), SMALL) == 6


@pytest.mark.parametrize(
    ("settings", "space", "text"),
    [
        ({}, WIDE, "…x=0..1/5"),
        ({"trials": 5}, SMALL, "6 points"),
    ],
)
def test_a_grid_that_is_not_tried_whole_is_refused(settings, space, text) -> None:
    with pytest.raises(UsageError, match=text):
        make_sampler(config(sampler="grid", **settings), space, 0)


def test_tpe_goes_where_the_score_is_better_and_repeats_itself() -> None:
    pytest.importorskip("optuna")
    space = (Range("x", 0.0, 1.0), Choice("y", (0, 10)))
    found = asked(make_sampler(config(sampler="tpe", trials=40), space, 3))
    assert found == asked(make_sampler(config(sampler="tpe", trials=40), space, 3))
    assert len(found) == 40
    late = found[20:]
    assert sum(p["y"] == 0 for p in late) > 15
    assert sum(p["x"] for p in late) / 20 < 0.35


def test_tpe_learns_from_stopped_and_failed_trials() -> None:
    pytest.importorskip("optuna")
    sampler = make_sampler(config(sampler="tpe", trials=30), (Choice("y", (0, 10)),), 3)
    found = []
    while new := sampler.ask(5):
        found += new
        for p in new:
            sampler.tell(Trial(1, p, "failed") if p["y"] else Trial(1, p, "stopped", [0.5, 0.4]))
    assert len(found) == 30
