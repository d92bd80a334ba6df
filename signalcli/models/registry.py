"""Models by name or alias: their entries, parameters and estimators. Imports no model library."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from signalcli.config.option import brief
from signalcli.errors import UsageError
from signalcli.io.user_code import UserCode
from signalcli.models import families
from signalcli.models.entry import Catalogue, ModelEntry
from signalcli.models.fields import NoParameters, Parameter, parameters_of

MODELS: Catalogue = families.find("MODELS")
FORECASTERS: Catalogue = families.find("FORECASTERS")

ALIASES = {alias: name for name, found in MODELS.items() for alias in found.aliases}
PARAMETER_ALIASES = {"lr": "learning_rate", "hidden": "units", "hidden_size": "units", "num_layers": "layers"}

# Parameters set from the table: its columns, the shape of the sequence block, the horizon of the target.
FROM_TABLE = ("channels", "columns", "horizon", "overlap", "random_state")

MAX_LISTED = 10  # names that fit into a message
OWN = UserCode("--model", "signalcli.models", "classifier, or a function that returns one")


def is_own(name: str, among: Catalogue = MODELS) -> bool:
    """Whether a name is that of a model of the user's own: ``module:name``, or an installed entry point."""
    if among is not MODELS or name in MODELS or name in ALIASES:
        return False
    return ":" in name or name in OWN.installed()


def resolve(name: str, among: Catalogue = MODELS) -> str:
    """Canonical name of a model or alias; UsageError with the nearest names for an unknown one."""
    canonical = ALIASES.get(name, name)
    if canonical in among or is_own(name, among):
        return canonical
    known = [*among, *(alias for alias, target in ALIASES.items() if target in among)]
    near = get_close_matches(name, known, n=2) or list(among)
    raise UsageError("MODEL-UNKNOWN", f"no model {name!r}; did you mean {' or '.join(near)}?")


def entry(name: str, among: Catalogue = MODELS) -> ModelEntry:
    """Entry of a model by name or alias; of one's own, ConfigError where it cannot be imported."""
    canonical = resolve(name, among)
    if canonical in among:
        return among[canonical]
    from signalcli.models.own import own_reads

    summary = "a model of one's own"
    return ModelEntry(NoParameters, "own", own_reads(name), summary, target="own:OwnClassifier")


def parameters(name: str, among: Catalogue = MODELS) -> list[Parameter]:
    """Parameters of a model that a user can set."""
    if is_own(name, among):
        from signalcli.models.own import own_parameters

        return own_parameters(name)
    model = entry(name, among)
    return [q for q in parameters_of(model.parameters) if q.name not in {*model.preset, *FROM_TABLE}]


def declared(model: str, name: str, among: Catalogue = MODELS) -> Parameter:
    """Declaration of a parameter by its canonical name; ``lstm__units`` of an ensemble is its member's."""
    own = {q.name: q for q in parameters(model, among)}
    member, _, rest = name.partition("__")
    if name not in own and rest and member in MODELS:
        return declared(member, rest)
    return own[name] if name in own else Parameter(name, None, "")


def resolve_parameter(model: str, name: str, among: Catalogue = MODELS) -> str:
    """Canonical name of a model's parameter or alias; UsageError with the nearest names for an unknown one.

    ``lgbm__lr`` of an ensemble becomes ``tree__learning_rate``.
    """
    settable = [q.name for q in parameters(model, among)]
    canonical = PARAMETER_ALIASES.get(name, name)
    member, separator, own = name.partition("__")
    if separator and "settings" in settable:
        member = ALIASES.get(member, member)
        return f"{member}__{resolve_parameter(member, own) if member in MODELS else own}"
    if canonical in settable or name in FROM_TABLE:
        return canonical
    aliases = [alias for alias, meant in PARAMETER_ALIASES.items() if meant in settable]
    near = get_close_matches(name, [*settable, *aliases], n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else _list_names(model, settable)
    raise UsageError("MODEL-PARAM", f"model {model} has no parameter {name!r}; {hint}")


def refuse_from_table(model: str, names: Iterable[str]) -> None:
    """Raise UsageError for a parameter that the table or the seed sets."""
    for name in FROM_TABLE:
        if name in names:
            text = f"{model}.{name} cannot be set; it follows from the table and --seed for every model"
            raise UsageError("MODEL-PARAM", text)


def create(name: str, among: Catalogue = MODELS, /, **arguments: Any) -> Any:
    """Unfitted estimator; names and parameters may be aliases.

    ``lstm__units=16`` sets a parameter of the member ``lstm`` of an ensemble. UsageError for an unknown model
    or parameter, with the nearest names.
    """
    if is_own(name, among):
        from signalcli.models.own import create_own

        return create_own(name, arguments)
    model = entry(name, among)
    arguments = _resolve_arguments(name, among, arguments)
    if "settings" in {q.name for q in parameters(name, among)}:
        arguments = nest_member_settings(arguments)
        defaults = {q.name: q.default for q in parameters(name, among)}
        _check_members(name, {**defaults, **model.preset, **arguments})
    return _class_of(model)(**model.preset, **arguments)


def _class_of(model: ModelEntry) -> Any:
    """Class of its estimator; scikit-learn is imported here."""
    if model.target is None:
        from signalcli.models.estimators import estimator_class

        return estimator_class(model.parameters)
    return getattr(importlib.import_module(f"signalcli.models.{model.module}"), model.class_name)


def resolve_members(members: Any) -> tuple[str, ...]:
    """Canonical names of an ensemble's members, each once; ValueError where these are not names."""
    names = (members,) if isinstance(members, str) else members
    if not isinstance(names, tuple | list) or not names or not all(isinstance(n, str) for n in names):
        raise ValueError(f"members={members!r}: must be names of models, such as lstm,gru")
    return tuple(dict.fromkeys(map(resolve, names)))


def nest_member_settings(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments with ``lstm__units=16`` replaced by ``settings={"lstm": {"units": 16}}``."""
    own = {key: value for key, value in arguments.items() if "__" not in key}
    for key in arguments.keys() - own.keys():
        member, _, name = key.partition("__")
        own["settings"] = dict(own.get("settings") or {})
        own["settings"][member] = {**own["settings"].get(member, {}), name: arguments[key]}
    return own


def _resolve_arguments(name: str, among: Catalogue, arguments: dict[str, Any]) -> dict[str, Any]:
    resolved: dict[str, Any] = {}
    for argument, value in arguments.items():
        canonical = resolve_parameter(name, argument, among)
        if canonical in resolved:
            raise UsageError("MODEL-PARAM", f"model {name}: {canonical} is set twice, once as {argument}")
        resolved[canonical] = value
    return resolved


def _list_names(model: str, names: list[str]) -> str:
    if len(names) > MAX_LISTED:
        return f"signalcli models {model} lists those it has"
    return f"it has {', '.join(names)}" if names else "it has none"


def _check_members(name: str, arguments: dict[str, Any]) -> None:
    """Raise UsageError for an unknown member, or an unknown parameter of one."""
    try:
        members = resolve_members(arguments["members"])
    except ValueError:
        return  # the model reports this in fit
    settings = arguments["settings"] or {}
    if not isinstance(settings, dict) or not all(isinstance(own, dict) for own in settings.values()):
        shown = brief(repr(settings))
        raise UsageError("MODEL-PARAM", f"{name}.settings={shown}: must map members to their parameters")
    for member, own in settings.items():
        fixed = [q for q in own if q in FROM_TABLE]
        if member not in members or fixed:
            what = "the table sets this parameter" if member in members else f"no member is {member!r}"
            shown = next(iter([*fixed, *own]), "")
            raise UsageError("MODEL-PARAM", f"{name}.{member}__{shown}: {what}")
    for member in members:
        create(member, **settings.get(member, {}))
