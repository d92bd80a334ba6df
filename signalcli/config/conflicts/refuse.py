"""Refusal of the pairs of the table, by the flag of the first option."""

from typing import Any

from signalcli.config.checks import require
from signalcli.config.conflicts.conflict import Conflict
from signalcli.config.conflicts.table import CONFLICTS
from signalcli.config.option import Setting, settings_of


def refuse_conflicts(*configs: Any, verb: str = "") -> None:
    """Raise UsageError for the first pair of options of these configs that is in conflict."""
    by_name = {kind.__name__: config for config in configs for kind in type(config).__mro__}
    for conflict in CONFLICTS:
        if by_name.keys() >= set(conflict.owners) and (not conflict.verbs or verb in conflict.verbs):
            _refuse(conflict, by_name)


def _refuse(conflict: Conflict, by_name: dict[str, Any]) -> None:
    (setting, value), (_, other) = (_read(path, by_name) for path in (conflict.option, conflict.other))
    shown = "" if setting.plain is bool else setting.text(value)
    meant = any(gives(_read(path, by_name)[1]) for path, gives in conflict.unless.items())
    refused = not meant and conflict.refused(value, setting.default, other)
    require(not refused, setting.flags[0], shown, conflict.want.format(other))


def _read(path: str, by_name: dict[str, Any]) -> tuple[Setting, Any]:
    """The setting and the value of a field."""
    owner, name = path.split(".")
    config = by_name[owner]
    return next(s for s in settings_of(type(config)) if s.name == name), getattr(config, name)
