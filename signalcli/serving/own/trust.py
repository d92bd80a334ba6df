"""Which code of others a saved model may run: that of modules which the user names with ``--trust``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from signalcli.errors import printable
from signalcli.io.user_code import UserCode
from signalcli.models.registry import MODELS, OWN
from signalcli.serving.own.histogram_trees import TYPE

TRUST = UserCode("--trust", OWN.group, "type")
HARMLESS = (TYPE, "sklearn.utils._bunch:Bunch", "collections:OrderedDict")  # checked when read; dicts


def refuse_untrusted(folder: Path, types: Sequence[str], trust: Sequence[str]) -> None:
    """Raise ConfigError for a type of a saved estimator whose module the user has not named."""
    unnamed = [name for name in types if not is_trusted(name, trust) and name not in HARMLESS]
    TRUST.refuse_unnamed(printable(folder), unnamed, ())


def is_trusted(name: str, trust: Sequence[str]) -> bool:
    """Whether a model or type is ours, an entry point, or of a module or package that the user has named."""
    module, colon, _ = name.partition(":")
    if not colon:
        return name in MODELS or name in OWN.installed()
    return any(f"{module}.".startswith(f"{other.partition(':')[0]}.") for other in trust)
