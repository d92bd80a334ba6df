"""The help of a verb: options under headings, the main ones first, all of them with ``--help-all``."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand

from signalcli.cli.options.examples import fold_examples
from signalcli.config.plot import COLON, is_name
from signalcli.config.portfolio import KINDS, TOP, is_portfolio

HEADINGS = (
    "Options", "Audit", "Input", "Join", "Intervals", "Features", "Target", "Models", "Search", "Importance",
    "Validation", "Trading", "Checks", "Watch", "Report", "Ledger", "Saving", "Output", "General",
)  # fmt: skip
FIGURE_AND_FILE = "[FIGURE] FILE"
MARGIN = 2  # characters to the left of the description
NARROWEST = 26  # characters of the column of flags, so that all headings share it


class VerbCommand(TyperCommand):
    """A command whose help groups its options; advanced ones are hidden unless ``--help-all``."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Arguments without the braces that typer puts around those that are required."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write the description; an example that is wider than the terminal continues on the next line."""
        whole, self.help = self.help, fold_examples(self.help or "", formatter.width - MARGIN)
        super().format_help_text(ctx, formatter)
        self.help = whole

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options under their headings."""
        every = ctx.meta.get("help_all", False)
        arguments = [p.get_help_record(ctx) for p in self.params if p.param_type_name == "argument"]
        _write(formatter, "Arguments", [record for record in arguments if record])
        options: list[Any] = [p for p in self.get_params(ctx) if p.param_type_name == "option"]
        for heading in HEADINGS:
            shown = [p for p in options if heading_of(p) == heading and (every or not p.hidden)]
            _write(formatter, heading, [_record(p, ctx) for p in shown])
        left = sum(p.hidden and heading_of(p) in HEADINGS for p in options)
        formatter.write("\n".join(["", *_footer(ctx, every, left), ""]))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read ``--plot equity out.png`` as one value, and ``--portfolio`` without a value as ``--pool``."""
        takes = any(getattr(p, "metavar", None) == FIGURE_AND_FILE for p in self.params)
        args = _joined(args) if takes else args
        return super().parse_args(ctx, _pooled(args) if any(p.name == "pool" for p in self.params) else args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete advanced options as well."""
        parameters: list[Any] = self.params
        for parameter in parameters:
            parameter.hidden = not heading_of(parameter)
        return super().shell_complete(ctx, incomplete)


def _joined(args: list[str]) -> list[str]:
    """Arguments with the name of a figure and the file after it joined by a colon."""
    out: list[str] = []
    for word in args:
        named = out[-2:-1] == ["--plot"] and is_name(out[-1]) and not word.startswith("--")
        out[-1:] = [f"{out[-1]}{COLON}{word}"] if named else [*out[-1:], word]
    return out


def _pooled(args: list[str]) -> list[str]:
    """Arguments with ``--portfolio`` alone, without a kind of portfolio, as the flag ``--pool``."""
    following = [*args, ""][1:]
    kinds = [is_portfolio(word) or _is_like_portfolio(word) for word in following]
    return [
        "--pool" if word == "--portfolio" and not kind else word
        for word, kind in zip(args, kinds, strict=True)
    ]


def _is_like_portfolio(word: str) -> bool:
    """Whether a word is a misspelled kind of portfolio rather than a file; its check says what is wrong."""
    return bool(get_close_matches(word.partition(":")[0], [*KINDS, TOP.rstrip(":")], cutoff=0.8))


def heading_of(parameter: Any) -> str:
    """Every option but an old spelling has a heading; --help is click's own."""
    return "General" if "--help" in parameter.opts else getattr(parameter, "rich_help_panel", None) or ""


def _write(formatter: Any, heading: str, records: list[tuple[str, str]]) -> None:
    if records:
        with formatter.section(heading):
            formatter.write_dl([(flags.ljust(NARROWEST), text) for flags, text in records], col_max=NARROWEST)


def _record(parameter: Any, ctx: Any) -> tuple[str, str]:
    """Flags with their placeholder, and the help with the default."""
    hidden, parameter.hidden = parameter.hidden, False
    _, text = parameter.get_help_record(ctx)
    parameter.hidden = hidden
    long = next(o for o in parameter.opts if o.startswith("--"))
    short = [o for o in parameter.opts if not o.startswith("--")]
    placeholder = "" if parameter.is_flag else f" {parameter.make_metavar(ctx)}"
    return f"{', '.join([*short, long])}{placeholder}", text


def _footer(ctx: Any, every: bool, left: int) -> Iterator[str]:
    prefix = ctx.auto_envvar_prefix
    if every:
        yield "A flag without a value has an opposite, --no-…. The environment variable"
        yield f"{prefix}_OPTION sets an option too."
    elif left:
        yield f"{left} more options: {ctx.command_path} --help-all"
