"""The command line: arguments, streams, exit status."""

from signalcli.cli.app import entry_point, main

__all__ = ["entry_point", "main"]
