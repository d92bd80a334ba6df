"""A verb asks for configs; the command line gets the options of their fields.

``@verb`` spreads each config in the signature of a function into one option per field, and calls the
function with finished configs. A value comes from the flag, else the environment, else the job file, else the
default of the field; the same field parses and checks it, wherever it came from.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial, wraps
from inspect import Parameter, signature
from typing import Any

import typer

from signalcli.cli.console import console
from signalcli.cli.job_file import PATHS
from signalcli.cli.options.environment import from_environment, variable, warn_of_unknown_variables
from signalcli.cli.options.own_code import files_of_settings, refuse_code_of_others
from signalcli.cli.options.parameters import canonical_models, split_parameters
from signalcli.cli.options.slots import SETTINGS, Slot, slots_of
from signalcli.cli.options.tuned import read_params
from signalcli.cli.options.typer_options import help_all, option, override
from signalcli.cli.options.written import refuse_lost_files
from signalcli.cli.retry import with_retries
from signalcli.config.option import Setting, brief
from signalcli.config.output import GeneralConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.services import services_of
from signalcli.errors import UsageError


def general(general: GeneralConfig = GeneralConfig()) -> None:
    """Print as much on standard error as the options of every verb say."""
    console.configure(quiet=general.quiet, verbose=general.verbose, debug=general.debug)


GENERAL = slots_of(general)[0]


def verb(function: Callable[..., None], main: tuple[str, ...] = ()) -> Callable[..., None]:
    """Return a function of options, for typer, that calls ``function`` with configs.

    ``main`` names the options that the help shows first; by default those that are not advanced.
    """
    slots, plain = slots_of(function)

    @wraps(function)
    def command(context: typer.Context, **texts: Any) -> None:
        general(**_Values(context, texts, GENERAL).built())
        warn_of_unknown_variables(context)
        settings = [s for slot in slots for s in slot.settings]
        refuse_code_of_others(context, settings)
        refuse_lost_files(texts, settings, [p.name for p in plain], files_of_settings(context))
        own = {p.name: context if p.annotation is typer.Context else texts[p.name] for p in plain}
        configs = _Values(context, texts, slots).built()
        with_retries(_retry_of(configs), partial(function, **own, **configs))

    spread = {
        s.parameter: option(
            s, slot.heading, hidden=bool(main) and slot not in GENERAL and s.parameter not in main
        )
        for slot in [*slots, *GENERAL]
        for s in slot.settings
    }
    parameters = [
        Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(p for p in plain if p.annotation is not typer.Context),
        *spread.values(),
        *(
            override(slot.override)
            for slot in slots
            if slot.override and slot.override.lstrip("-") not in spread
        ),
        help_all(),
    ]
    command.__signature__ = signature(function).replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _retry_of(configs: dict[str, Any]) -> RetryConfig:
    """Return how often a verb tries again; a verb that takes no such config tries once."""
    return next((one for one in configs.values() if isinstance(one, RetryConfig)), RetryConfig())


class _Values:
    """The values of a command line, as arguments of a verb."""

    def __init__(self, context: typer.Context, texts: dict[str, Any], slots: list[Slot]) -> None:
        self.context, self.texts, self.slots = context, texts, slots
        self.parameters: list[str] = list(texts.get("set") or ())

    def built(self) -> dict[str, Any]:
        """Return the argument of each slot."""
        values = {slot.name: self._set(slot) for slot in self.slots}
        self._take_params(values)
        for slot in self.slots:
            if self.parameters and slot.has(SETTINGS):
                values[slot.name][SETTINGS] = self._parameters(slot, values)
        return {slot.name: self._overridden(slot, slot.build(values[slot.name])) for slot in self.slots}

    def _take_params(self, values: dict[str, dict[str, Any]]) -> None:
        """Take the models in the file of ``--params``, unless others are named, and their parameters."""
        file = self.texts.get("params")
        owner = next((s for s in self.slots if s.has("models")), None)
        if file is None or owner is None:
            return
        models, parameters = read_params(file, values[owner.name].get("models"))
        values[owner.name]["models"] = models
        self.parameters = [*parameters, *self.parameters]

    def _set(self, slot: Slot) -> dict[str, Any]:
        """Return what the user has set, by field."""
        given = {s: self.texts[s.parameter] for s in slot.settings if s.name != SETTINGS}
        return {s.name: self._parsed(s, value) for s, value in given.items() if value not in (None, (), [])}

    def _parsed(self, one: Setting, value: Any) -> Any:
        if one.repeatable and from_environment(self.context, one):
            # names of files may hold spaces, at which click splits; other values hold none, and a service
            # such as ccxt:kraken is no list
            text = os.environ[variable(self.context, one)]
            separator = os.pathsep if one.option.complete in PATHS else None
            value = text if services_of(text) else text.split(separator)
        value = ",".join(value) if isinstance(value, list) and not one.repeatable else value
        try:
            parsed = one.parse(value) if isinstance(value, str) else one.checked(value)
            return canonical_models(parsed) if one.option.complete == "models" else parsed
        except UsageError as error:
            if not from_environment(self.context, one):
                raise
            text = f"{variable(self.context, one)}={brief(value)}: must be {one.wish}"
            raise UsageError(error.code, text) from error

    def _parameters(self, slot: Slot, values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the parameters in ``--set`` by their owner: a process of this slot, or a model."""
        owner = next((s for s in self.slots if s.has("models")), None)
        models = None if owner is None else values[owner.name].get("models", owner.default("models"))
        process = self.texts.get("process")
        processes = [process] if process else self.texts.get("symbols") or ()
        of_processes, of_models = split_parameters(self.parameters, processes, models)
        return of_models if slot.has("models") else of_processes

    def _overridden(self, slot: Slot, value: Any) -> Any:
        texts = self.texts.get(slot.override.lstrip("-")) if slot.override else None
        return value.override(slot.override, texts) if texts else value
