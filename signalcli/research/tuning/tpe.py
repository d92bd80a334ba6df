"""Tree-structured Parzen estimator of Optuna, asked in batches and told in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from signalcli.research.tuning.space import Choice, Dimension, ModelSpace, Parameters
from signalcli.research.tuning.trial import FAILED, FINISHED, Trial

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

STARTUP = 10  # random trials before the first model of them


class Tpe:
    """Sampler that proposes parameters like those of the better trials (Bergstra et al. 2011).

    A constant liar keeps the proposals of one batch apart. A stopped trial tells its score after each inner
    fold that it has seen, a failed one nothing.
    """

    def __init__(self, space: ModelSpace, number: int, seed: int, *, minimize: bool) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP, constant_liar=True)
        self.study = optuna.create_study(sampler=sampler, direction="minimize" if minimize else "maximize")
        self.space, self.left = {d.name: d for d in space}, number
        self.distributions = {d.name: _distribution(d) for d in space}
        self.asked: list[Any] = []

    def ask(self, number: int) -> list[Parameters]:
        """Return the next proposals; later ones may repeat earlier ones."""
        new = [self.study.ask(self.distributions) for _ in range(min(number, self.left))]
        self.left -= len(new)
        self.asked += new
        return [self._parameters(trial.params) for trial in new]

    def tell(self, trial: Trial) -> None:
        """Tell the result of the oldest proposal that has none."""
        from optuna.trial import TrialState

        asked = self.asked.pop(0)
        if trial.state == FAILED or trial.score != trial.score:
            self.study.tell(asked, state=TrialState.FAIL)
        elif trial.state == FINISHED:
            self.study.tell(asked, trial.score)
        else:
            for step, score in enumerate(trial.scores):
                asked.report(score, step)
            self.study.tell(asked, state=TrialState.PRUNED)

    def _parameters(self, proposal: dict[str, Any]) -> Parameters:
        """The proposal in the order of the space, with the values of choices instead of their numbers."""
        return {
            name: d.values[proposal[name]] if isinstance(d, Choice) else d.rounded(proposal[name])
            for name, d in self.space.items()
        }


def _distribution(dimension: Dimension) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(dimension, Choice):
        return CategoricalDistribution(tuple(range(len(dimension.values))))
    if dimension.whole:
        return IntDistribution(int(dimension.low), int(dimension.high), log=dimension.log)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.log)
