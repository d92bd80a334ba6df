"""The verdict: a sentence, and each model against its best baseline."""

from __future__ import annotations

import pandas as pd

from signalcli.config.comparison import CRITERIA, ComparisonConfig
from signalcli.evaluation.comparison.verdict import has_edge, summarize
from signalcli.report.document.document import Cell, Figure, Section, Table, name, number
from signalcli.report.figures.results.catalogue import make_picture
from signalcli.report.figures.results.verdict import p_text
from signalcli.report.results import Results

MOST = 12  # symbols of which all criteria are listed
COLUMNS = (
    "symbol", "model", "criterion", "value", "best baseline", "its value", "p (Holm)", "verdict", "timing p",
)  # fmt: skip


def verdict_sentence(results: Results, config: ComparisonConfig, refused: str) -> tuple[str, bool]:
    """The verdict in a sentence, and whether any model has an edge; ``refused`` says why there is none."""
    if results.verdict is None:
        return f"No verdict: {refused}.", False
    sentence = summarize(results.verdict, config)
    return f"{sentence[0].upper()}{sentence[1:]}.", has_edge(results.verdict, config)


def verdict(results: Results, config: ComparisonConfig) -> tuple[Section, ...]:
    """The comparison with the baselines; nothing where there is none."""
    if results.verdict is None:
        return ()
    shown = results.verdict
    if len(results.symbols) > MOST:
        shown = shown[shown["criterion"] == config.by]
    rows = [_row(row) for row in shown.to_dict("records")]
    caption = "Models against the baseline that is best in hindsight on the same rows"
    table = Table(caption, COLUMNS, rows, folded=True, brief=len(results.symbols) <= MOST)
    text = (
        f"What decides is the {config.by.replace('_', ' ')}, at a level of {100 * config.alpha:g} % after "
        "correction for all comparisons (Holm). The timing p says how often the same positions, shifted in "
        "time, would have earned as much."
    )
    figure = Figure(make_picture("verdict", results))
    return (Section("verdict", "Against the baselines", (text,), (figure,), (table,)),)


def _row(row: dict[str, object]) -> list[Cell]:
    digits = 4 if row["criterion"] != CRITERIA[2] else 6
    values = (number(float(str(row[key])), digits) for key in ("value", "baseline_value"))
    p_values = (_p(float(str(row[key]))) for key in ("p_holm", "shift_p"))
    value, baseline = values
    p_holm, timing = p_values
    criterion = Cell(str(row["criterion"]).replace("_", " "))
    return [
        name(row["symbol"]), name(row["model"]), criterion, value, name(row["baseline"]), baseline, p_holm,
        Cell(str(row["verdict"])), timing,
    ]  # fmt: skip


def _p(value: float) -> Cell:
    return Cell("") if pd.isna(value) else Cell(p_text(value).removeprefix("p "), value)
