"""Settings that were given although nothing that is written depends on them."""

from __future__ import annotations

from signalcli.cli.console import console
from signalcli.config.base import Config
from signalcli.config.option import settings_of
from signalcli.config.output import LedgerConfig, ReturnsConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.io.files import STDIO


def warn_of_unused(reason: str, *configs: Config) -> None:
    """Print which settings of the configs differ from their defaults, and why none of them is used."""
    given = [
        setting.flags[0]
        for config in configs
        for setting in settings_of(type(config))
        if getattr(config, setting.name) != setting.default
    ]
    if given:
        console.warn(f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} not used: {reason}")


def warn_of_unseen_metrics(output: ReturnsConfig, card: ScorecardConfig, ledger: LedgerConfig) -> None:
    """Print which settings of METRICS are given where RETURNS take their place on standard output."""
    if output.returns == STDIO and output.output == STDIO:
        reason = "RETURNS take the place of METRICS on standard output"
        warn_of_unused(reason, card, LedgerConfig(deflate=ledger.deflate))
