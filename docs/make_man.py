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
    body = f".SH DESCRIPTION\n{''.join(map(_paragraph, text))}"
    return f"{_head(name, summary)}{synopsis}{body}{_options(command)}{_exits()}{_see('signalcli')}"


def _head(name: str, summary: str) -> str:
    title = f'.TH "{name.upper()}" 1 "" "signalcli {signalcli.__version__}" "signalcli"\n'
    return f"{title}.SH NAME\n{escape(name)} \\- {escape(summary)}\n"


def _usage(command: Any) -> str:
    context = click.Context(command)
    arguments = (one.make_metavar(context) for one in command.params if one.param_type_name == "argument")
    return " ".join(["[OPTIONS]", *arguments])


def _paragraph(text: str) -> str:
    """A paragraph; one that begins with a backspace is an example, whose lines stay apart."""
    if text.startswith("\b\n"):
        return f".PP\n.nf\n{escape(text[2:])}\n.fi\n"
    return f".PP\n{escape(' '.join(text.split()))}\n"


def _options(command: Any) -> str:
    items = "".join(_item(*_record(one)) for one in command.params if one.param_type_name == "option")
    return f".SH OPTIONS\n{items}" if items else ""


def _record(option: Any) -> tuple[str, str]:
    flags = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('x')))}"
    return f"{flags}{value}", option.help or ""


def _item(term: str, text: str) -> str:
    return f".TP\n.B {escape(term)}\n{escape(text)}\n"


def _exits() -> str:
    return ".SH EXIT STATUS\n" + "".join(_item(page.code, page.summary) for page in exits.PAGES)


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
