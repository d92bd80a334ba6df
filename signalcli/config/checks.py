"""One sentence for an option that cannot be meant as it was given."""

from collections.abc import Iterable

from signalcli.errors import UsageError


def require(holds: bool, option: str, value: object, want: str) -> None:
    """Raise UsageError ``<option> <value>: must be <want>`` unless it holds."""
    if not holds:
        raise UsageError("OPTION-VALUE", f"{option} {value}: must be {want}")


def require_fitted(owners: Iterable[str], models: tuple[str, ...]) -> None:
    """Raise UsageError where ``--set`` names a model that is not among those fitted."""
    for name in owners:
        require(name in models, "--set", f"{name}.…", f"of a model that is fitted: {', '.join(models)}")
