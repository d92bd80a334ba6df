"""Settings that were given although nothing that is written depends on them."""

from __future__ import annotations

from signalcli.cli.console import console
from signalcli.config.option import settings_of
from signalcli.config.output import LedgerConfig
from signalcli.config.scorecard import ScorecardConfig

RETURNS = "RETURNS take the place of METRICS on standard output"
FIGURE = "the figure takes the place of METRICS"


def warn_of_unseen_metrics(reason: str, card: ScorecardConfig, ledger: LedgerConfig) -> None:
    """Print which settings of METRICS differ from their defaults, and why METRICS are not written."""
    given = [
        setting.flags[0]
        for config in (card, LedgerConfig(deflate=ledger.deflate))
        for setting in settings_of(type(config))
        if getattr(config, setting.name) != setting.default
    ]
    if given:
        console.warn(f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} not used: {reason}")
