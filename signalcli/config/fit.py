"""Which models are fitted and how."""

from dataclasses import dataclass, field
from typing import Any

from signalcli.config.checks import require, require_fitted
from signalcli.schemas import FITTED_BASELINES


@dataclass(frozen=True)
class FitConfig:
    """What is fitted and how.

    Parameters
    ----------
    models : tuple of str
        Names in the registry; the baselines are fitted beside them in any case.
    settings : dict of str to dict
        Model name to its arguments.
    pooled : bool
        One model over all symbols; otherwise one a symbol, so that a further symbol changes nothing for
        the others.
    random_state : int
        Decides every random number of every model.
    seeds : int
        Models that draw random numbers are fitted with so many seeds, from ``random_state`` on.
    calibrate : {"platt", "isotonic"} or None
        How the probabilities of the models, not of the baselines, are rescaled inside the training part.
    coverage : float or None
        Share of rows on which the true direction is to be among those that the models, not the baselines,
        hold possible; they take no position where that is more than one.
    """

    models: tuple[str, ...] = ("ar", "tree", "lstm", "gru")
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    pooled: bool = False
    random_state: int = 0
    calibrate: str | None = None
    coverage: float | None = None
    seeds: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(bool(self.models), "--model", "", "at least one name (signalcli models lists them)")
        known = self.calibrate in {None, "platt", "isotonic"}
        require(known, "--calibrate", self.calibrate, "platt or isotonic")
        require(self.seeds >= 1, "--seeds", self.seeds, "at least 1")
        known = self.coverage is None or 0.5 <= self.coverage < 1
        require(known, "--coverage", self.coverage, "from 0.5 up to, not including, 1")
        require_fitted(self.settings, self.every_model)

    @property
    def every_model(self) -> tuple[str, ...]:
        """The models asked for, then the baselines that were not."""
        return tuple(dict.fromkeys((*self.models, *FITTED_BASELINES)))
