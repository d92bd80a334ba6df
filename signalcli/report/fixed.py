"""Numbers with a fixed number of decimals, of a width that fits into a cell."""

LARGE = 1e9


def fixed(value: float, digits: int, mark: str = "") -> str:
    """A number with these decimals, ``mark`` between thousands; from `LARGE` on three digits and a power."""
    return f"{value:z{mark}.{digits}f}" if abs(value) < LARGE else f"{value:.3g}"
