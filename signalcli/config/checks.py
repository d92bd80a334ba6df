"""Errors of options that contradict each other."""

from collections.abc import Iterable

from signalcli.config.option import brief
from signalcli.errors import UsageError


def require(holds: bool, option: str, value: object, want: str) -> None:
    """Raise UsageError ``<option> <value>: must be <want>`` unless ``holds``."""
    if not holds:
        shown = f"{option} {brief(value)}" if value != "" else option
        raise UsageError("OPTION-VALUE", f"{shown}: must be {want}")


def require_fitted(owners: Iterable[str], models: tuple[str, ...]) -> None:
    """Raise UsageError where ``--set`` names a model that is not fitted."""
    for name in owners:
        want = (
            f"for a model that is fitted ({', '.join(models)}); add {brief(name)} to --model, or leave it out"
        )
        require(name in models, "--set", f"{name}.…", want)
