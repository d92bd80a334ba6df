"""An option is a field: from one field come the flag, the help, the environment variable and the checks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
import typer

from signalcli.cli.options.command import VerbCommand
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.verb import verb
from signalcli.config.base import Config
from signalcli.config.option import Option
from signalcli.errors import UsageError


@dataclass(frozen=True)
class TeaConfig(Config):
    """How tea is made."""

    heading: ClassVar[str] = "Trading"
    override_flag: ClassVar[str] = "--rule"

    cups: Annotated[int, Option("Number of cups.", minimum=1, maximum=9)] = 2
    kind: Annotated[Literal["green", "black"], Option("Kind of tea.", advanced=True)] = "green"
    milk: Annotated[bool, Option("Add milk.")] = False
    minutes: Annotated[tuple[float, ...], Option("Minutes of each infusion.", above=0)] = (2.0,)
    until: Annotated[dt.date | None, Option("Best before.")] = None

    def check(self) -> None:
        """Refuse milk in green tea."""
        if self.milk and self.kind == "green":
            raise UsageError("OPTION-VALUE", "--milk: must be left out with --kind green")


SEEN: list[dict[str, Any]] = []


@verb
def brew(
    tea: TeaConfig = TeaConfig(kind="black"),
    given: Annotated[dict[str, Any], Given(TeaConfig, "cups")] = NOTHING,
    pot: Annotated[str, Option("The pot.")] = "clay",
) -> None:
    """Brew."""
    SEEN.append({"tea": tea, "given": given, "pot": pot})


@verb
def pour(tea: Annotated[TeaConfig, Only("cups")] = TeaConfig()) -> None:
    """Pour."""
    SEEN.append({"tea": tea})


app = typer.Typer(context_settings={"auto_envvar_prefix": "TEA"}, add_completion=False, rich_markup_mode=None)
app.command(cls=VerbCommand)(brew)
app.command(cls=VerbCommand)(pour)


def call(*words: str) -> dict[str, Any]:
    SEEN.clear()
    app(list(words), standalone_mode=False)
    return SEEN[-1]


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    app(list(words), standalone_mode=False)
    return capsys.readouterr().out


def test_a_verb_gets_finished_configs() -> None:
    assert call("brew")["tea"] == TeaConfig(kind="black")
    made = call(
        *["brew", "--cups", "3", "--milk", "--minutes", "1,2.5", "--until", "2024-02-29", "--pot", "iron"]
    )
    assert made["tea"] == TeaConfig(3, "black", True, (1.0, 2.5), dt.date(2024, 2, 29))
    assert made["given"] == {"cups": 3}
    assert made["pot"] == "iron"
    assert call("pour", "--cups", "4")["tea"] == TeaConfig(cups=4)


def test_an_option_may_be_repeated_and_taken_back() -> None:
    assert call("brew", "--minutes", "1", "--minutes", "3")["tea"].minutes == (1.0, 3.0)
    assert call("brew", "--milk", "--no-milk")["tea"].milk is False
    assert call("brew", "--until", "none")["tea"].until is None


def test_the_environment_comes_behind_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEA_BREW_CUPS", "7")
    assert call("brew")["tea"].cups == 7
    assert call("brew")["given"] == {"cups": 7}
    assert call("brew", "--cups", "5")["tea"].cups == 5
    monkeypatch.setenv("TEA_BREW_CUPS", "70")
    with pytest.raises(UsageError, match=r"^TEA_BREW_CUPS=70: must be a whole number, at least 1 and"):
        call("brew")


def test_a_variable_of_no_option_is_named_with_the_near_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEA_BREW_CUP", "7")
    monkeypatch.setenv("TEA_POUR_ELSE", "7")  # of another verb
    assert call("brew")["given"] == {}
    line = "TEA_BREW_CUP sets no option and is left out; did you mean TEA_BREW_CUPS?"
    assert capsys.readouterr().err.count(line) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--cups", "0"), "--cups 0: must be a whole number, at least 1 and at most 9"),
        (("--cups", "2.5"), "--cups 2.5: must be a whole number"),
        (("--cups", "9" * 5000), "must be a whole number"),
        (("--kind", "red"), "--kind red: must be one of green, black"),
        (("--minutes", "1,soon"), "--minutes 1,soon: must be numbers, separated by commas, above 0"),
        (("--minutes", "inf"), "--minutes inf: must be numbers"),
        (("--until", "soon"), "--until soon: must be a date such as 2024-01-31"),
        (("--kind", "green", "--milk"), "--milk: must be left out with --kind green"),
        (("--rule", "cups=0"), "--rule cups=0: must be a whole number"),
        (("--rule", "cup=1"), "--rule cup=1: must be NAME=VALUE; did you mean cups?"),
        (("--pot", "\x1b[2J"), ""),
    ],
)
def test_a_value_is_checked_by_its_field(words: tuple[str, ...], message: str) -> None:
    if not message:
        assert call("brew", *words)["pot"] == words[1]
        return
    with pytest.raises(UsageError) as error:
        call("brew", *words)
    assert message in error.value.message
    assert len(error.value.message) < 300
    assert error.value.message.isprintable()


def test_a_rule_changes_any_field() -> None:
    assert call("brew", "--rule", "cups=5", "--rule", "minutes=4,5")["tea"].minutes == (4.0, 5.0)


def test_the_help_shows_main_options_and_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "brew", "--help")
    assert "Trading:\n  --cups N" in text
    assert "Number of cups.  [default: 2]" in text
    assert "--kind" not in text
    assert "2 more options: " in text
    every = printed(capsys, "brew", "--help-all")
    assert "--kind green|black" in every
    assert "[default: black]" in every
    assert "--rule" not in every


def test_a_config_checks_values_of_python_too() -> None:
    assert TeaConfig(minutes=[1, 2]).minutes == (1.0, 2.0)  # type: ignore[arg-type]
    wrong = ({"cups": True}, {"cups": 1.0}, {"milk": 1}, {"minutes": 3}, {"until": "soon"}, {"cups": None})
    for values in wrong:
        with pytest.raises(UsageError):
            TeaConfig(**values)  # type: ignore[arg-type]
