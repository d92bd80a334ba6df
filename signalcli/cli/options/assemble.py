"""The specs of a verb from its options: each is built in one place, for every verb that has its options.

A verb states which options it has; typer keeps their values by name in ``context.params``, and an option that
a verb lacks has the default of its dataclass.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import typer

from signalcli.cli.options.features import numbers_of, two_numbers
from signalcli.cli.parsing import names_of, parse_settings
from signalcli.cli.rules import with_rules
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.run import RunConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fetch_spec(context: typer.Context) -> FetchConfig:
    """Where bars come from; of ``--set`` what belongs to the symbols."""
    return FetchConfig(**{**_given(context, FetchConfig), "settings": _settings(context)[0]})


def feature_spec(context: typer.Context) -> FeatureConfig:
    """Which features are made."""
    given = _given(context, FeatureConfig)
    for name in ("sets", "statistics", "channels", "plugins"):
        given |= {name: names_of(given[name])} if name in given else {}
    for name in ("windows", "lags"):
        given |= {name: numbers_of(f"--{name}", given[name])} if name in given else {}
    if "barriers" in given:
        given["barriers"] = two_numbers("--barriers", given["barriers"])
    return FeatureConfig(**given)


def made_with(file: str | None) -> FeatureConfig | None:
    """What a file says that FEATURES were made with."""
    if file is None:
        return None
    from signalcli.cli.feature_file import from_toml
    from signalcli.io.files import named, read_bytes

    return from_toml(read_bytes(file).decode("utf-8", "replace"), named(file))


def fit_spec(context: typer.Context) -> FitConfig:
    """What is fitted; ``--set`` without what belongs to synthetic symbols."""
    p = context.params
    given = {**_given(context, FitConfig), "settings": _settings(context)[1]}
    return FitConfig(names_of(p["model"]), random_state=p["seed"], **given)


def fold_spec(context: typer.Context) -> FoldConfig:
    """How the dates are cut."""
    return FoldConfig(**_given(context, FoldConfig))


def trading_rule(context: typer.Context) -> TradingRule:
    """How probabilities are traded, with what ``--rule`` adds."""
    return with_rules(TradingRule(**_given(context, TradingRule)), context.params.get("rule"))


def run_spec(context: typer.Context) -> RunConfig:
    """All of the above."""
    return RunConfig(
        fetch_spec(context),
        feature_spec(context),
        fit_spec(context),
        fold_spec(context),
        trading_rule(context),
    )


def given_of(context: typer.Context, *names: str) -> dict[str, Any]:
    """Those of these options that a flag, the environment or a job file gives."""
    sources = {name: context.get_parameter_source(name) for name in names}
    return {n: context.params[n] for n, s in sources.items() if s is not None and s.name != "DEFAULT"}


def card_spec(context: typer.Context) -> ScorecardConfig:
    """What the metrics show."""
    return ScorecardConfig(**_given(context, ScorecardConfig))


def _given(context: typer.Context, kind: type[DataclassInstance]) -> dict[str, Any]:
    """The options that are fields of a dataclass, moments as days."""
    known = {f.name for f in fields(kind)}
    return {name: _day(value) for name, value in context.params.items() if name in known}


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


def _settings(context: typer.Context) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """``--set`` by owner: what belongs to symbols, and what to models.

    A verb without models has settings of symbols only; with both, a name that is no symbol is a model's.
    """
    p = context.params
    if not p.get("settings"):
        return {}, {}
    symbols = p.get("symbols") or []
    found = parse_settings(p["settings"], names_of(p["model"]) if "model" in p else symbols)
    of_symbols = {name: v for name, v in found.items() if "model" not in p or name in symbols}
    return of_symbols, {name: v for name, v in found.items() if name not in of_symbols}
