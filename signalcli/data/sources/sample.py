"""The sample bars that come with the package."""

from pathlib import Path

import signalcli


def sample_file() -> str:
    """Return the path of the daily stock bars: in an installed package, or beside it in a checkout."""
    package = Path(signalcli.__file__).parent
    installed = package / "sample_data" / "stocks_1d.csv"
    return str(installed if installed.exists() else package.parent / "sample_data" / "stocks_1d.csv")
