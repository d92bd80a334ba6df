"""One sentence for an option that cannot be meant as it was given."""

from signalcli.errors import UsageError


def require(holds: bool, option: str, value: object, want: str) -> None:
    """Raise UsageError ``<option> <value>: must be <want>`` unless it holds."""
    if not holds:
        raise UsageError("OPTION-VALUE", f"{option} {value}: must be {want}")
