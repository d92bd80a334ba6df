"""What a file of `signalcli.models.families` says of each of its models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["baseline", "linear", "trees", "network", "ensemble", "own"]
KINDS: tuple[Kind, ...] = ("baseline", "linear", "trees", "network", "ensemble")  # in the order of lists
Reads = Literal["returns", "sequence", "features", "values"]


@dataclass(frozen=True)
class ModelEntry:
    """One model name.

    Parameters
    ----------
    parameters : type
        Dataclass with the parameters: the `signalcli.models.learner.Learner` itself, or what the class of
        ``target`` is derived from.
    kind : {"baseline", "linear", "trees", "network", "ensemble", "own"}
        Group in which it is listed.
    reads : {"returns", "sequence", "features", "values"}
        Columns of its input: ``ret_lag*``, the whole sequence block, every feature, or a window of unscaled
        values (forecasters).
    summary : str
        One line for ``signalcli models``.
    preset : dict
        Parameters that the name fixes; the user cannot set them.
    library : str or None
        Library that fitting imports beside scikit-learn.
    aliases : tuple of str
        Other names.
    target : str or None
        ``module:Class`` below ``signalcli.models`` where the class needs more than one file.
    """

    parameters: type
    kind: Kind
    reads: Reads
    summary: str
    preset: dict[str, Any] = field(default_factory=dict)
    library: str | None = None
    aliases: tuple[str, ...] = ()
    target: str | None = None

    @property
    def module(self) -> str:
        """Module below ``signalcli.models`` in which its class is found."""
        return self.target.partition(":")[0] if self.target else "estimators"

    @property
    def class_name(self) -> str:
        """Name of its class."""
        return self.target.partition(":")[2] if self.target else self.parameters.__name__


Catalogue = Mapping[str, ModelEntry]
