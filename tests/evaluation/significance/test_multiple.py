"""Many models at once: arch's own stepwise test where it ends, and where it does not."""

import sys

import numpy as np
import pytest

from signalcli.errors import UsageError
from signalcli.evaluation.significance.bootstrap import block_length
from signalcli.evaluation.significance.multiple import _better_models, _bootstrap, compare_models, holm, spa_p

theirs = pytest.importorskip("arch.bootstrap")


def test_holm() -> None:
    """Sorted .01, .03, .04 times 3, 2, 1, and never less than the one before; NaN is not counted."""
    corrected = holm(np.array([0.01, np.nan, 0.04, 0.03]))
    assert corrected[[0, 2, 3]] == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(corrected[1])
    assert holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]
    assert holm(np.array([])).tolist() == []


@pytest.mark.parametrize("gains", [(0.0, 0.0, 0.0), (0.3, 0.0, 0.0), (0.4, 0.25, 0.0), (0.2, 0.15, -0.5)])
def test_better_models_are_those_of_arch(gains: tuple[float, ...]) -> None:
    rng = np.random.default_rng(2)
    benchmark = rng.standard_normal(300)
    losses = rng.standard_normal((300, 3)) - np.array(gains)
    length = max(round(max(block_length(d) for d in (losses - benchmark[:, None]).T)), 1)
    step = theirs.StepM(
        benchmark, losses, size=0.05, reps=500, block_size=length, bootstrap="stationary", seed=0
    )
    step.compute()
    found = compare_models(losses, benchmark, resamples=500)
    assert np.flatnonzero(found.better).tolist() == sorted(step.superior_models)


def test_every_model_may_be_better() -> None:
    rng = np.random.default_rng(3)
    benchmark = rng.standard_normal(300) + 2
    found = compare_models(rng.standard_normal((300, 3)), benchmark, resamples=200)
    assert found.better.tolist() == [True] * 3
    assert found.spa < 0.01
    one = compare_models(rng.standard_normal((300, 1)), benchmark, resamples=200)
    assert one.better.tolist() == [True]
    assert one.best.tolist() == [1.0]


def test_a_model_that_equals_the_benchmark_is_not_better() -> None:
    rng = np.random.default_rng(4)
    benchmark = rng.standard_normal(300)
    alone = compare_models(benchmark[:, None], benchmark, resamples=200)
    assert (alone.spa, alone.better.tolist(), alone.best.tolist()) == (1.0, [False], [1.0])
    gain = benchmark - 0.5 + rng.standard_normal(300) / 2
    beside = compare_models(np.column_stack([benchmark, gain]), benchmark, resamples=200)
    assert beside.better.tolist() == [False, True]
    assert beside.spa == compare_models(gain[:, None], benchmark, resamples=200).spa


def test_equal_models_are_tested_as_one() -> None:
    rng = np.random.default_rng(5)
    benchmark, (a, b) = rng.standard_normal(300), rng.standard_normal((2, 300))
    once = compare_models(np.column_stack([a, b]), benchmark, resamples=200)
    twice = compare_models(np.column_stack([a, b, a, a + 0.1]), benchmark, resamples=200)
    assert twice.best.tolist() == [once.best[0], once.best[1], once.best[0], 0.0], (
        "always worse: never the best"
    )
    assert compare_models(np.column_stack([a, a]), benchmark, resamples=200).best.tolist() == [1.0, 1.0]


def test_blocks_are_as_long_as_a_label() -> None:
    rng = np.random.default_rng(6)
    losses = rng.standard_normal((300, 1))
    assert _bootstrap(losses, np.zeros(300), 10, 0, 1)["block_size"] < 20
    assert _bootstrap(losses, np.zeros(300), 10, 0, 20)["block_size"] == 20


def test_each_p_value_is_that_of_its_own_model() -> None:
    """The best model stands in the middle: the set of the best is found by leaving out the worst first."""
    rng = np.random.default_rng(7)
    losses = rng.standard_normal((400, 3)) + np.array([1.0, 0.0, 0.12])
    found = compare_models(losses, rng.standard_normal(400) + 2, resamples=200).best
    assert found[1] == 1.0
    assert found[0] < 0.01
    assert 0.01 < found[2] < 1
    other = compare_models(losses[:, [1, 2, 0]], rng.standard_normal(400) + 2, resamples=200).best
    assert (other[0], other[2] < 0.01) == (1.0, True)


def test_of_models_that_differ_by_a_constant_the_best_is_tested() -> None:
    rng = np.random.default_rng(8)
    benchmark, (a, b) = rng.standard_normal(300), rng.standard_normal((2, 300))
    once = compare_models(np.column_stack([a, b]), benchmark, resamples=200).best
    found = compare_models(np.column_stack([a + 0.1, a, b]), benchmark, resamples=200).best
    assert found.tolist() == [0.0, *once]


def test_a_difference_that_does_not_vary_beyond_rounding_is_none() -> None:
    rng = np.random.default_rng(9)
    benchmark = rng.standard_normal(300)
    for other in (benchmark - 0.1, benchmark + 1e-14 * rng.random(300)):
        found = compare_models(other[:, None], benchmark, resamples=200)
        assert (found.spa, found.better.tolist()) == (1.0, [False])


class Fake:
    """An arch whose tests remember what they are given and find one remaining model after the other."""

    def __init__(self, *found: list[int]) -> None:
        self.given: list[dict[str, object]] = []
        self.found = list(found)
        self.asked: list[float] = []
        self.pvalues = {"lower": 0.1, "consistent": 0.2, "upper": 0.3}

    def SPA(self, benchmark: np.ndarray, models: np.ndarray, **options: object) -> "Fake":  # noqa: N802
        self.given.append(options | {"models": models.shape[1]})
        return self

    def compute(self) -> None:
        pass

    def better_models(self, pvalue: float) -> list[int]:
        self.asked.append(pvalue)
        return self.found.pop(0)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    arch = Fake([1], [1], [])
    monkeypatch.setattr("signalcli.evaluation.significance.multiple._arch", lambda: arch)
    return arch


def test_models_are_found_among_those_that_remain_until_none_is(fake: Fake, rng: np.random.Generator) -> None:
    """Of three the second, then of the first and the third the second: the third."""
    benchmark = np.zeros(40)
    better = _better_models(rng.standard_normal((40, 3)), benchmark, 0.1, {"seed": 5})
    assert better.tolist() == [False, True, True]
    assert [given["models"] for given in fake.given] == [3, 2, 1]
    assert fake.asked == [0.1] * 3


def test_the_p_value_is_the_consistent_one(fake: Fake, rng: np.random.Generator) -> None:
    losses = rng.standard_normal((40, 2))
    assert spa_p(losses, np.zeros(40), 77, 5, 9) == 0.2
    (given,) = fake.given
    assert (given["reps"], given["seed"], given["bootstrap"]) == (77, 5, "stationary")


def test_labels_of_one_bar_are_resampled_a_thousand_times_unless_said_otherwise(
    fake: Fake, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Differences that do not depend on each other have blocks of a single bar."""
    monkeypatch.setattr("signalcli.evaluation.significance.multiple.block_length", lambda _: 0.4)
    fake.found = [[]]
    losses = rng.standard_normal((40, 1))
    spa_p(losses, np.zeros(40))
    compare_models(losses, np.zeros(40))
    assert [(g["reps"], g["block_size"], g["seed"]) for g in fake.given] == [(1000, 1, 0)] * 3
    assert fake.asked == [0.05]


def test_blocks_are_as_long_as_the_most_dependent_difference_requires() -> None:
    """The losses of all models are dependent; the difference from the benchmark is so for one alone."""
    rng = np.random.default_rng(4)
    shared, own = np.cumsum(rng.standard_normal((2, 400)), axis=1)
    losses = np.column_stack([shared + rng.standard_normal(400), shared + own])
    dependent = round(block_length(losses[:, 1] - shared))
    assert dependent > 10 > round(block_length(losses[:, 0] - shared))
    assert _bootstrap(losses, shared, 10, 0, 1)["block_size"] == dependent
    assert _bootstrap(losses[:, :1], shared, 10, 0, 1)["block_size"] < 10


def test_every_joint_test_knows_how_long_labels_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of the p-value, of the better models and of the best ones: all of seven bars."""
    where, asked = "signalcli.evaluation.significance.multiple", []
    monkeypatch.setattr(f"{where}.spa_p", lambda *arguments: asked.append(arguments[2:]))
    monkeypatch.setattr(f"{where}._better_models", lambda *arguments: asked.append(arguments[-1]))
    monkeypatch.setattr(f"{where}._best_p", lambda *arguments: asked.append(arguments[-1]))
    losses = np.random.default_rng(0).normal(size=(60, 2))
    compare_models(losses, np.zeros(60), alpha=0.1, resamples=99, seed=5, horizon=7)
    better, spa, best = asked
    assert spa == (99, 5, 7)
    assert better == best
    assert (better["block_size"], better["reps"], better["seed"]) == (7, 99, 5)


def test_without_arch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arch", None)
    with pytest.raises(UsageError, match=r"signalcli\[many\]"):
        spa_p(np.random.default_rng(0).normal(size=(40, 1)), np.zeros(40))


@pytest.mark.parametrize("beyond", [np.inf, np.nan])
def test_losses_beyond_every_number_are_not_tested(beyond: float, rng: np.random.Generator) -> None:
    losses = rng.normal(size=(50, 2))
    losses[7, 1] = beyond
    for tests in (compare_models(losses, rng.normal(size=50)), compare_models(losses[:, :1], losses[:, 1])):
        assert np.isnan(tests.spa)
        assert not tests.better.any()
        assert np.isnan(tests.best).all()
