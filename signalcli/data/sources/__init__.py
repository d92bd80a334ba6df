"""Bars from services, from files, and from synthetic processes."""

from signalcli.data.sources.services.contract import SourceBars

__all__ = ["SourceBars"]
