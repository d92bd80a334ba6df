"""The state of a watch, remembered in one JSON file beside the SIGNALS."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from signalcli.errors import ConfigError, printable
from signalcli.io.files import read_bytes, write_bytes
from signalcli.io.json_checks import integer, list_of, mapping, number, one_of, record, text
from signalcli.serving.watch.measures import MEASURES
from signalcli.serving.watch.promise import Promise

State = Literal["ok", "watch", "alarm"]
STATES: tuple[State, ...] = ("ok", "watch", "alarm")  # the later, the worse
FORMAT = 1
LARGEST = 1e300  # of a capital that is remembered


@dataclass(frozen=True)
class Term:
    """Promises of one model: those of the signals from the date ``since`` on."""

    since: str
    data_sha256: str
    promises: dict[str, Promise]


@dataclass(frozen=True)
class Watch:
    """What is remembered of one symbol and model.

    Parameters
    ----------
    state : str
        ``ok``, ``watch`` or ``alarm``; it gets better only when another model is saved.
    last : str
        Date of the last signal that was judged; empty before the first.
    cause : str
        Why it is not ok.
    terms : list of Term
        One for each model in the course of time.
    peaks : dict
        Largest capital by measure.
    pending : list of str
        Messages that were not sent yet.
    """

    state: State = "ok"
    last: str = ""
    cause: str = ""
    terms: list[Term] = field(default_factory=list)
    peaks: dict[str, float] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)


_NUMBER = number(-LARGEST, LARGEST)
_PROMISE = record({"mean": _NUMBER, "scale": _NUMBER, "low": _NUMBER, "stake": _NUMBER})
_TERM = record(
    {"since": text(".*"), "data_sha256": text("[0-9a-f]{64}"), "promises": mapping(_PROMISE, len(MEASURES))}
)
_WATCH = record(
    {
        "key": text(".*", 1000),
        "state": one_of(*STATES),
        "last": text(".*"),
        "cause": text(".*", 1000),
        "terms": list_of(_TERM, 0, 100_000),
        "peaks": mapping(number(0, LARGEST), len(MEASURES)),
        "pending": list_of(text(".*", 2000), 0, 1000),
    }
)
_FILE = record({"format": integer(FORMAT, FORMAT), "watches": list_of(_WATCH, 0, 1_000_000)})


def state_file(signals: str) -> Path:
    """The file beside SIGNALS in which their watch is remembered."""
    return Path(f"{signals}.watch.json")


def read_state(file: Path) -> dict[str, Watch]:
    """The watches by symbol and model; none where there is no file. Raises ConfigError for a damaged one."""
    if not file.exists():
        return {}
    try:
        content = json.loads(read_bytes(str(file)))
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "not JSON") from error
    fault = _FILE(content)
    if fault:
        raise _damaged(file, fault)
    return {values.pop("key"): _watch(values) for values in content["watches"]}


def _damaged(file: Path, fault: str) -> ConfigError:
    what = f"not the state of a watch: {printable(fault)}"
    return ConfigError("WATCH-STATE", f"{printable(file)}: {what}; restore it, or remove it to begin anew")


def _watch(values: dict[str, Any]) -> Watch:
    terms = [
        Term(**term | {"promises": {name: Promise(**p) for name, p in term["promises"].items()}})
        for term in values["terms"]
    ]
    return Watch(**values | {"terms": terms})


def write_state(file: Path, watches: dict[str, Watch]) -> None:
    """Replace the file in one step; nothing is written when nothing has changed."""
    values = [{"key": key, **asdict(_bounded(watch))} for key, watch in sorted(watches.items())]
    content = (json.dumps({"format": FORMAT, "watches": values}, indent=1) + "\n").encode()
    if not file.exists() or file.read_bytes() != content:
        write_bytes(str(file), content)


def _bounded(watch: Watch) -> Watch:
    return replace(watch, peaks={name: min(peak, LARGEST) for name, peak in watch.peaks.items()})
