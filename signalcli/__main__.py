"""``python -m signalcli``."""

from signalcli.cli import entry_point

entry_point()
