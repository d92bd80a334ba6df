"""The verbs: how the help lists them, and how each is loaded when it is called.

A process runs one verb, so the options of the others need not be built: ``--help`` reads these tables alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from signalcli.cli.options.command import VerbCommand

# The text is the first line of the verb's docstring; a test compares them.
GROUPS: dict[str, dict[str, str]] = {
    "Start here": {
        "demo": "Run on the bars of IBM from 2000 to 2013, which come with the package.",
        "run": "Run all four stages in one process: bars, features, walk-forward fits, backtest.",
        "help": "Show the help of a verb.",
        "explain": "Print cause, cure and an example for an error code or an exit status.",
    },
    "Pipeline": {
        "fetch": "Write bars from Yahoo, files, or a synthetic process.",
        "validate": "List the faults in bars; exit 3 if one is an error.",
        "resample": "Turn bars into bars of a longer interval; the unfinished one is left out.",
        "join": "Add other series to bars, each value from its release on.",
        "features": "Write the features known at each close, and the label to predict.",
        "folds": "Show the training and test dates of each fold.",
        "fit": "Write out-of-sample probabilities of models and baselines.",
        "tune": "Search model parameters inside each training part; report the untouched test rows.",
        "backtest": "Trade predictions with costs; print metrics beside the baselines.",
    },
    "Evaluate": {
        "compare": "Test each model against the best baseline on the same rows.",
        "reliability": "Print the calibration curve of each model.",
        "confusion": "Print the confusion matrix of each model.",
        "importance": "Measure how much models use each feature, out of sample, beside a noise floor.",
        "panel": "Print rank IC, quantile returns and turnover of predictions of many symbols.",
        "report": "Write one HTML file with the verdict, all figures, tables and settings.",
        "audit": "Prove that no row depends on later bars; exit 3 if one does.",
        "runs": "List, compare and repeat the fits in the ledger (fit and run write it).",
    },
    "Production": {
        "predict": "Write the signal of a saved model for the newest bar of each symbol.",
        "verify": "Check a saved model on the bars it was fitted on; exit 3 if a prediction differs.",
        "score": "Print the metrics of signals that were given, once their outcome is known.",
        "status": "Print the age of bars, models and signals, and who holds a lock; exit 3 if one is stale.",
        "doctor": "Check the installation, the machine, folders and files; exit 3 if something cannot work.",
        "job": "Settings of a run as a file.",
        "cache": "List the cache of fits (fit and run fill it), and clear it.",
        "store": "List a store of bars (fetch --store), print what it holds, and clean it.",
    },
    "Inspect": {
        "inspect": "Print statistics of bars: span, gaps, returns, autocorrelation, long memory.",
        "forecast": "Forecast the values of a column: one bar ahead, in blocks, or recursively.",
        "models": "List models and their parameters for --set; --summary shows the layers of a network.",
        "metrics": "List every metric with its formula, unit and source.",
        "reproduce": "Run a published system: its figure, ours, and that of a naive forecast.",
    },
}
VERBS = {name: text for group in GROUPS.values() for name, text in group.items()}
_MODULES = {"demo": "run"}  # a verb is defined in the module of its name, except these


def load(verb: str) -> Any:
    """Return the command of a verb, with its options."""
    module = import_module(f"signalcli.cli.verbs.{_MODULES.get(verb, verb)}")
    function = getattr(module, verb)
    if isinstance(function, typer.Typer):
        return typer.main.get_group(function)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name=verb, cls=VerbCommand)(function)
    return typer.main.get_command(alone)


class LazyGroup(TyperGroup):
    """A group whose commands are loaded one by one, when they are called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": dict.fromkeys(VERBS)})

    def get_params(self, ctx: Any) -> Any:
        """Return the options; --version and the like are no settings, so no variable sets them."""
        parameters: list[Any] = super().get_params(ctx)
        for parameter in parameters:
            parameter.allow_from_autoenv = parameter.show_envvar = False
        return parameters

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """Return the command of that name; None where there is none."""
        if cmd_name in VERBS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = load(cmd_name)
        return self.commands.get(cmd_name)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """List the verbs by group without loading any, then the options."""
        for heading, verbs in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl(list(verbs.items()))
        with formatter.section("Options"):
            formatter.write_dl([p.get_help_record(ctx) for p in self.get_params(ctx)])
