"""Every verb: its line in the help, and how it is loaded when it is called.

One process runs one verb, so the options of the others need not be built: `--help` reads this list alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# As the verb's own docstring begins; a test compares them.
VERBS = {
    "fetch": "Write bars from Yahoo, a CSV file, or a process with a known answer.",
    "features": "Write what is known at each close, and the direction to forecast.",
    "folds": "Print which dates each fold trains on and tests; a picture on a terminal.",
    "fit": "Write out-of-sample probabilities of models and baselines.",
    "backtest": "Trade predictions with costs; print metrics beside the baselines.",
    "compare": "Test each model against the best baseline on the same rows.",
    "reliability": "Print how often what was said came true, by probability; a picture on a terminal.",
    "confusion": "Print how often each direction was said of each, by model.",
    "predict": "Write what a saved model says of the newest bar of each symbol.",
    "verify": "Prove a saved model on the bars it was fitted on: exit 3 if a prediction differs.",
    "score": "Print what became of the signals that were given, by the backtest's metrics.",
    "status": "Print how old bars, models and signals are, and who holds a lock; exit 3 if one is stale.",
    "run": "Carry bars through all four stages in one process, same numbers.",
    "job": "Settings of a run as a file.",
    "demo": "Run on IBM's bars of 2000 to 2013, which come with the package.",
    "validate": "List what is wrong with bars; exit 3 if anything is an error.",
    "inspect": "Show what bars are like: span, gaps, returns, correlations, an AR model, memory.",
    "forecast": "Forecast the values of a column: one bar ahead, in blocks, or from forecast to forecast.",
    "reproduce": "Run a published system: its figure, ours, that of a naive forecast, the seconds it took.",
    "models": "List models, what they read, their parameters for --set, and what a network is made of.",
    "metrics": "List every metric with its formula, unit and source.",
    "runs": "Look into the ledger: every fit that was tried (fit and run write it).",
    "store": "Look into a store of bars (fetch --store makes one), and clean it.",
}
_PLACES = {"demo": "run"}  # a verb lives in the file of its name, but for these


def load(verb: str) -> Any:
    """The command of a verb, with its options."""
    found = getattr(import_module(f"signalcli.cli.verbs.{_PLACES.get(verb, verb)}"), verb)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name=verb)(found)
    return typer.main.get_command(alone)


class LazyGroup(TyperGroup):
    """A group whose commands are loaded one by one, when they are asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": dict.fromkeys(VERBS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """The command of that name; None where there is none."""
        if cmd_name in VERBS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = load(cmd_name)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """List the verbs without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))
