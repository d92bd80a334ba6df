"""``--rule NAME=VALUE`` to a trading rule."""

from __future__ import annotations

from dataclasses import fields, replace
from difflib import get_close_matches

from signalcli.cli.settings import parse_value
from signalcli.errors import UsageError, printable
from signalcli.specs.trading import TradingRule

NAMES = tuple(field.name for field in fields(TradingRule))


def with_rules(rule: TradingRule, texts: list[str] | None) -> TradingRule:
    """The rule with further parameters. Raises UsageError for a name or value that cannot be meant."""
    found = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or name.strip() not in NAMES:
            near = get_close_matches(name.strip(), NAMES, n=1) or list(NAMES)
            raise UsageError(
                "OPTION-VALUE",
                f"--rule {printable(text)}: must be NAME=VALUE; did you mean {', '.join(near)}?",
            )
        found[name.strip()] = parse_value(value)
    try:
        return replace(rule, **found)
    except TypeError as error:
        raise UsageError(
            "OPTION-VALUE", f"--rule {printable(' '.join(texts or []))}: not a number"
        ) from error
