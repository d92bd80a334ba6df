"""Section of the origin: rule, settings, data, trials, opened hold-outs, versions, checks."""

from __future__ import annotations

from collections.abc import Iterator

from signalcli.backtesting.checks import describe_missing_forecasts
from signalcli.config.option import settings_of
from signalcli.errors import count
from signalcli.evaluation.metrics.confusion import collapsed
from signalcli.report.document.document import Cell, Section, Table, name, texts, whole
from signalcli.report.results import Results, is_baseline, short_name
from signalcli.schemas import BASELINES, PATH
from signalcli.tracking.provenance import Provenance, flat_settings

MOST = 50  # symbols that are listed one by one


def origin(results: Results, known: Provenance) -> Section:
    """How the report was made, so that it can be made again."""
    tables = (
        Table("Checks of the predictions", ("check", "result"), texts(_checks(results)), sortable=False),
        _data_table(known),
        Table("Trading rule", ("option", "value"), texts(_rule(results)), sortable=False),
        *_settings_tables(known),
        Table("Versions", ("library", "version"), texts(known.versions.items()), folded=True),
    )
    return Section("origin", "Data, trials and settings", tuple(_sentences(results, known)), (), tables)


def _sentences(results: Results, known: Provenance) -> Iterator[str]:
    if known.trials:
        most = max(trials.number for trials in known.trials.values())
        at_most = " at most" if len(known.data) > 1 else ""
        yield f"The ledger counts {count(most, 'trial')} on these data{at_most}."
    else:
        yield "The ledger has no fit on these data, so the number of trials is not known."
    opened = sum(map(len, known.openings.values()))
    yield (
        f"Hold-out: opened {count(opened, 'time')}."
        if opened
        else "Hold-out: never opened, as far as is known."
    )
    yield _known_fits(results, known)


def _known_fits(results: Results, known: Provenance) -> str:
    """Of how many models the settings are known."""
    models = {m for _, m in results.by_symbol if not is_baseline(m)}
    found = models & {fit.model for fit in known.fits}
    if not found:
        return "No fit in the ledger made these predictions, so their settings are not known."
    return f"The ledger has the fits of {len(found)} of {count(len(models), 'model')}."


def _checks(results: Results) -> Iterator[tuple[str, str]]:
    table = results.predictions
    yield "rows without a forecast", describe_missing_forecasts(table) or "none"
    flat = [
        short_name(m) for m, r in results.shown.items() if not is_baseline(m) and bool(collapsed(r.confusion))
    ]
    yield "models that predict one direction on more than 95 % of the rows", ", ".join(flat) or "none"
    missing = [m for m in BASELINES[1:] if m not in set(table["model"])]
    yield "baselines beside the models", f"missing: {', '.join(missing)}" if missing else "all four"
    keys = ["symbol", "date", *([PATH] if PATH in table else [])]
    twice = int((table.groupby(keys)["fold"].nunique() > 1).sum())
    yield "rows tested in more than one fold", str(twice or "none")
    yield "horizon of the labels", count(max(r.horizon for r in results.shown.values()), "bar")


def _data_table(known: Provenance) -> Table:
    columns = ("symbol", "hash of the tested bars", "trials", "hold-out opened")
    rows = [
        [
            name(symbol), Cell(tested), _trials(known, symbol),
            Cell("; ".join(known.openings.get(symbol, ())) or "never"),
        ]
        for symbol, tested in known.data.items()
    ]  # fmt: skip
    return Table("Data", columns, rows, folded=len(rows) > MOST)


def _trials(known: Provenance, symbol: str) -> Cell:
    return whole(known.trials[symbol].number) if symbol in known.trials else Cell("n/a")


def _rule(results: Results) -> Iterator[tuple[str, str]]:
    for one in settings_of(type(results.rule)):
        value = getattr(results.rule, one.name)
        if value != one.default or one.name in {"cost_bps", "fill"}:
            yield one.flags[0], one.text(value)


def _settings_tables(known: Provenance) -> Iterator[Table]:
    """Settings of each recipe that differ from their default, then all of them."""
    for place, recipe in enumerate(known.recipes, 1):
        flat = {k: v for k, v in flat_settings(recipe).items() if not k.startswith("rule.")}
        changed = [(key, setting_text(value)) for key, (value, default) in flat.items() if value != default]
        which = f" of fit {place}" if len(known.recipes) > 1 else ""
        yield Table(f"Settings{which} that differ from their default", ("setting", "value"), texts(changed))
        every = [(key, setting_text(value)) for key, (value, _) in flat.items()]
        yield Table(f"All settings{which}", ("setting", "value"), texts(every), folded=True)


def setting_text(value: object) -> str:
    """A setting as it is typed."""
    if isinstance(value, tuple | list):
        return ", ".join(map(setting_text, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
