"""Section of parts: scores by year, by fold and by symbol."""

from __future__ import annotations

from collections.abc import Iterator

from signalcli.evaluation.metrics.catalogue import METRICS
from signalcli.evaluation.metrics.portfolio import pool, rebase_drawdown
from signalcli.evaluation.metrics.record import Record, records_of_returns
from signalcli.report.document.document import (
    Cell,
    Section,
    Table,
    fraction,
    interval,
    moment,
    name,
    number,
    whole,
)
from signalcli.report.results import Results, is_baseline
from signalcli.schemas import PATH

COLUMNS = (
    "model", "from", "bars", "accuracy, 95 %", "log loss", "return", "Sharpe", "drawdown", "costs",
)  # fmt: skip
FEW = 6  # symbols of which the baselines are listed as well


def parts(results: Results) -> Section:
    """Tables by year, fold and symbol."""
    by_year = results.returns["date"].dt.year
    tables = [
        Table("By year", ("year", *COLUMNS), list(_part_rows(results, "year", by_year)), folded=True),
        Table(
            "By fold",
            ("fold", *COLUMNS),
            list(_part_rows(results, "fold", results.returns["fold"])),
            folded=True,
        ),
    ]
    if len(results.symbols) > 1:
        tables.append(Table("By symbol", ("symbol", *COLUMNS), list(_symbol_rows(results)), brief=False))
    return Section("parts", "By year, fold and symbol", (_sentence(results),), (), tuple(tables))


def _sentence(results: Results) -> str:
    if len(results.symbols) == 1:
        return "A result that one year or one fold makes alone is no result."
    return "Years and folds are those of the portfolio of all symbols. A click on a heading sorts a table."


def _part_rows(results: Results, part: str, values: object) -> Iterator[list[Cell]]:
    """Rows of each part, model after model; the symbols of a part are pooled."""
    records: dict[tuple[int, str], list[Record]] = {}
    for key, record in records_of_returns(results.returns.assign(**{part: values}), part):
        model = f"{key['model']} path {key[PATH]}" if PATH in key else str(key["model"])
        records.setdefault((int(key[part]), model), []).append(record)
    places = {model: place for place, model in enumerate(results.shown)}
    for number_, model in sorted(records, key=lambda k: (k[0], places[k[1]])):
        of = records[number_, model]
        yield [Cell(str(number_), number_), *_cells(model, of[0] if len(of) == 1 else pool(of))]


def _symbol_rows(results: Results) -> Iterator[list[Cell]]:
    few = len(results.symbols) <= FEW
    for (symbol, model), record in results.by_symbol.items():
        if few or not is_baseline(model) or model == "buy_hold":
            yield [name(symbol), *_cells(model, record)]


def _cells(model: str, record: Record) -> list[Cell]:
    rebased = rebase_drawdown(record)
    value = {n: METRICS[n].of(rebased) for n in _NEEDED}
    return [
        name(model), moment(record.dates[0].astype("datetime64[D]")), whole(len(record.net)),
        interval(value["accuracy"], value["accuracy_low"], value["accuracy_high"]),
        number(value["log_loss"], 4),
        fraction(value["total_return"]), number(value["sharpe"], 2), fraction(-value["max_drawdown"]),
        fraction(value["cost_paid"]),
    ]  # fmt: skip


_NEEDED = (
    "accuracy", "accuracy_low", "accuracy_high", "log_loss", "total_return", "sharpe", "max_drawdown",
    "cost_paid",
)  # fmt: skip
