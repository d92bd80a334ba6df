"""Many models at once: arch's own stepwise test where it ends, and where it does not."""

import numpy as np
import pytest

from signalcli.evaluation.significance.bootstrap import block_length
from signalcli.evaluation.significance.multiple import compare_models

theirs = pytest.importorskip("arch.bootstrap")


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
