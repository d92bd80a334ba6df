"""Write the man pages into docs/_build/man, one a verb, from the help of the program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import signalcli
from signalcli.cli.commands import GROUPS, VERBS, load
from signalcli.cli.error_pages import exits
from signalcli.cli.options.command import HEADINGS, heading_of
from signalcli.cli.options.examples import fold_examples

EXAMPLES = "\b\n"  # begins a paragraph of command lines
WIDTH = 72  # characters of an example on a page of 80 columns
TARGET = Path(__file__).parent / "_build" / "man" / "man1"


def pages() -> dict[str, str]:
    """Return the text of each man page by the name of its file, such as ``signalcli-fetch.1``."""
    commands = {f"signalcli-{name}": command for verb in VERBS for name, command in _commands(verb)}
    return {"signalcli.1": _program()} | {f"{name}.1": _page(name, one) for name, one in commands.items()}


def _commands(verb: str) -> Iterator[tuple[str, Any]]:
    """Yield a verb and, for a group of verbs, each of them."""
    command = load(verb)
    yield verb, command
    yield from ((f"{verb}-{name}", inner) for name, inner in getattr(command, "commands", {}).items())


def _program() -> str:
    verbs = "".join(
        f".SS {escape(group)}\n" + "".join(_item(f"signalcli {name}", text) for name, text in names.items())
        for group, names in GROUPS.items()
    )
    name = "turn OHLC bars into honest direction signals"
    see = _see("signalcli-explain", "signalcli-run")
    return f"{_head('signalcli', name)}.SH COMMANDS\n{verbs}{_exits()}{see}"


def _page(name: str, command: Any) -> str:
    words = name.replace("-", " ")
    text = (command.help or "").split("\n\n")
    summary = " ".join(text[0].split()).removesuffix(".")
    synopsis = f".SH SYNOPSIS\n{escape(words)} {escape(_usage(command))}\n"
    body = f".SH DESCRIPTION\n{''.join(_paragraph(one) for one in text if not one.startswith(EXAMPLES))}"
    shown = "".join(_example(one) for one in text if one.startswith(EXAMPLES))
    examples = f".SH EXAMPLES\n{shown}" if shown else ""
    ends = f"{_exits()}{_environment(name)}{_see('signalcli')}"
    return f"{_head(name, summary)}{synopsis}{body}{_options(command)}{examples}{ends}"


def _head(name: str, summary: str) -> str:
    summary = summary[:1].lower() + summary[1:] if summary[1:2].islower() else summary
    title = f'.TH "{name.upper()}" 1 "" "signalcli {signalcli.__version__}" "signalcli"\n'
    return f"{title}.SH NAME\n{escape(name)} \\- {escape(summary)}\n"


def _usage(command: Any) -> str:
    return " ".join(command.collect_usage_pieces(click.Context(command)))


def _paragraph(text: str) -> str:
    return f".PP\n{escape(' '.join(text.split()))}\n"


def _example(text: str) -> str:
    """Command lines, each on a line of its own; wide ones are continued after a backslash."""
    return f".PP\n.nf\n{escape(fold_examples(text.removeprefix(EXAMPLES), WIDTH))}\n.fi\n"


def _options(command: Any) -> str:
    """Every option under its heading; old spellings have none."""
    options = [one for one in command.params if one.param_type_name == "option"]
    sections = ""
    for heading in HEADINGS:
        items = "".join(_item(*_record(one)) for one in options if heading_of(one) == heading)
        sections += f".SS {escape(heading)}\n{items}" if items else ""
    return f".SH OPTIONS\n{sections}" if sections else ""


def _record(option: Any) -> tuple[str, str]:
    flags = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('x')))}"
    return f"{flags}{value}", option.help or ""


def _item(term: str, text: str) -> str:
    return f".TP\n.B {escape(term)}\n{escape(text)}\n"


def _exits() -> str:
    return ".SH EXIT STATUS\n" + "".join(_item(page.code, page.summary) for page in exits.PAGES)


def _environment(name: str) -> str:
    variable = f"{name.upper().replace('-', '_')}_OPTION"
    return ".SH ENVIRONMENT\n" + _item(
        variable, "Sets an option, such as --seed by …_SEED; a flag comes before it."
    )


def _see(*names: str) -> str:
    return ".SH SEE ALSO\n" + ", ".join(f"\\fB{escape(name)}\\fR(1)" for name in names) + "\n"


def escape(text: str) -> str:
    """Return text as roff prints it: backslashes, hyphens, and dots and quotes at the start of a line."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line[:1] in {".", "'"} else line for line in lines)


def main(target: Path = TARGET) -> None:
    """Write all pages."""
    target.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (target / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
