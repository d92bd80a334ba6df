"""What verbs write: a table for people on a terminal, data anywhere else."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from signalcli.cli.console import console
from signalcli.config.output import OutputConfig, ReturnsConfig
from signalcli.errors import UsageError, count, printable
from signalcli.io.files import STDIO, write_bytes

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.config.scorecard import ScorecardConfig
    from signalcli.config.trading import TradingRule

Text = Callable[[bool], str]  # makes the text of a table; told whether colors can be shown


def on_terminal(output: str) -> bool:
    """Whether the output is a terminal."""
    return output == STDIO and sys.stdout is not None and sys.stdout.isatty()


def emit(table: pd.DataFrame, output: OutputConfig, text: Text | None = None) -> None:
    """Write a table: as ``text`` on a terminal or for ``--format table``, as data otherwise.

    Without a ``text`` a terminal shows the ends of the table, and says what is left out.
    """
    from signalcli.io.tables import format_of, write_table

    if output.chosen == "table" or (output.chosen is None and on_terminal(output.output)):
        write_text((text or _preview(table))(on_terminal(output.output)), output)
        return
    chosen = format_of(output.output, output.chosen)
    if on_terminal(output.output):
        table = _escaped(table)
    if chosen == "parquet" and on_terminal(output.output):
        raise UsageError("FORMAT-BINARY", "parquet is not for a terminal; use --output FILE.parquet")
    write_table(table, output.output, chosen)
    console.note(count(len(table), "row"))


def _escaped(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts cannot steer a terminal."""
    texts = table.columns[[dtype.kind not in "fiubmM" for dtype in table.dtypes]]
    return table.assign(**{name: table[name].map(printable, na_action="ignore") for name in texts})


def emit_listing(table: pd.DataFrame, output: OutputConfig) -> None:
    """Write rows of text and numbers."""
    emit(table, output, _listing(table))


def emit_rows(rows: list[dict[str, Any]], columns: list[str], output: OutputConfig, text: Text) -> None:
    """Write rows without pandas, which takes longer to load than a verb that only lists something."""
    from signalcli.io.tables import format_of

    color = on_terminal(output.output)
    if output.chosen == "table" or (output.chosen is None and color):
        write_text(text(color), output)
        return
    chosen = format_of(output.output, output.chosen)
    if chosen == "parquet":
        import pandas as pd

        emit(pd.DataFrame(rows, columns=columns), output)
    else:
        write_text(_rows_text(rows, columns, chosen), output)


def _rows_text(rows: list[dict[str, Any]], columns: list[str], chosen: str) -> str:
    """Return rows as CSV or JSON."""
    if chosen == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    return lines if chosen == "jsonl" else json.dumps(rows, indent=1) + "\n"


def emit_signals(signals: pd.DataFrame, output: OutputConfig) -> None:
    """Write SIGNALS."""

    def text(color: bool) -> str:
        from signalcli.report.text.signals import signals_text

        return signals_text(signals, color=color)

    emit(signals, output, text)


def emit_metrics(
    metrics: pd.DataFrame,
    output: OutputConfig,
    card: ScorecardConfig | None = None,
    origin: str = "out of sample",
) -> None:
    """Write METRICS; people get the main ones, or those of ``card``, and read what they are of."""
    everything = card is not None and card.metrics != "main"

    def text(color: bool) -> str:
        from signalcli.evaluation.metrics.catalogue import NOT_MAIN
        from signalcli.report.text.metrics.table import metrics_text

        more = "--format csv" if card is None else "--metrics essential, all or --format csv"
        hidden = () if everything else NOT_MAIN
        return metrics_text(metrics, color=color, hidden=hidden, more=more, origin=origin)

    emit(metrics, output, text)


def emit_results(
    returns: pd.DataFrame,
    metrics: pd.DataFrame,
    output: ReturnsConfig,
    card: ScorecardConfig | None = None,
    origin: str = "out of sample",
) -> None:
    """Write METRICS, and RETURNS if a file is given; RETURNS on standard output replace METRICS."""
    if output.returns is not None:
        emit(returns, further_output(output.returns, output))
    if not output.replaces_metrics:
        emit_metrics(metrics, output, card, origin)


def further_output(file: str, output: OutputConfig) -> OutputConfig:
    """Return where a second table is written: as data, in the given format only on standard output."""
    given = None if file != STDIO or output.chosen == "table" else output.chosen
    return OutputConfig(file, given)


def write_text(text: str, output: OutputConfig) -> None:
    """Write a text as it is."""
    write_bytes(output.output, text.encode())


def with_trade_metrics(
    metrics: pd.DataFrame,
    predictions: pd.DataFrame,
    rule: TradingRule,
    config: ScorecardConfig,
    shared: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return METRICS with those of trades, if all are shown; parts of a run would cut trades in two."""
    if config.metrics != "all" or config.by != "symbol":
        return metrics
    from signalcli.backtesting.trades import list_trades
    from signalcli.evaluation.trade_metrics import with_trade_metrics as join

    return join(metrics, list_trades(predictions, rule), shared)


def _preview(table: pd.DataFrame) -> Text:
    def text(color: bool) -> str:
        from signalcli.report.text.preview import preview_text

        return preview_text(table, color=color)

    return text


def _listing(table: pd.DataFrame) -> Text:
    def text(color: bool) -> str:
        from signalcli.report.text.tables import listing_text

        return listing_text(table.to_dict("records"), color=color)

    return text
