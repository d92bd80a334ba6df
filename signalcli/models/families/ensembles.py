"""The ensembles by name; their class is in `signalcli.models.meta.ensemble`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signalcli.models.entry import ModelEntry, Reads
from signalcli.models.fields import parameter


@dataclass(kw_only=True, eq=False, repr=False)
class EnsembleParameters:
    """Parameters of an ensemble of models."""

    members: str | tuple[str, ...] = parameter(("logistic", "tree"), "Names of models, such as lstm,gru.")
    method: str = parameter(
        "mean",
        "mean = average of the members' probabilities; stack = logistic regression on their log-odds, "
        "fitted on out-of-sample rows.",
        choices=("mean", "stack"),
    )
    folds: int = parameter(3, "Inner walk-forward folds of the training rows, for stack.", low=2, high=1000)
    C: float = parameter(1.0, "Inverse strength of the L2 penalty of stack.", low=1e-12, high=1e12)
    settings: dict[str, dict[str, Any]] | None = parameter(
        None, "Parameters of members by name; on the command line ensemble.lstm__units=16."
    )
    columns: tuple[str, ...] | None = parameter(
        None, "Names of the features of a row; None = every member reads all of them, as one channel."
    )
    horizon: int = parameter(1, "Bars ahead of the target; passed on to members.")
    overlap: int = parameter(
        0, "Rows whose labels reach into later rows: left out between the two parts of an inner fold."
    )
    random_state: int = parameter(0, "Random seed of the members.")


def _ensemble(reads: Reads, summary: str, preset: dict[str, Any]) -> ModelEntry:
    return ModelEntry(EnsembleParameters, "ensemble", reads, summary, preset, target="meta.ensemble:Ensemble")


MODELS = {
    "lstm+gru": _ensemble("sequence", "ensemble of lstm and gru", {"members": ("lstm", "gru")}),
    "ensemble": _ensemble("features", "ensemble of any models", {}),
}
