"""``--rule NAME=VALUE`` to a trading rule."""

from __future__ import annotations

from dataclasses import fields, replace

from signalcli.cli.parsing import named_value
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError, printable

NAMES = tuple(field.name for field in fields(TradingRule))


def with_rules(rule: TradingRule, texts: list[str] | None) -> TradingRule:
    """The rule with further parameters. Raises UsageError for a name or value that cannot be meant."""
    found = dict(named_value("--rule", text, NAMES) for text in texts or [])
    try:
        return replace(rule, **found)
    except TypeError as error:
        raise UsageError(
            "OPTION-VALUE", f"--rule {printable(' '.join(texts or []))}: not a number"
        ) from error
