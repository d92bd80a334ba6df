"""Section of importances: which features the models use, and which are noise."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from signalcli.errors import count, shortened
from signalcli.report.document.document import Cell, Figure, Section, Table, name, number, whole
from signalcli.report.figures.importance import MAX_PANELS, PANEL, importance_picture
from signalcli.report.results import short_name
from signalcli.schemas import SEED_SIGN

COLUMNS = ("model", "method", "level", "rank", "feature", "value", "noise floor", "spread", "verdict")
BRIEF = 10  # features of the short table


def of_models(table: pd.DataFrame, predictions: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows of IMPORTANCE about models in PREDICTIONS, whatever their seed; a line names the other models."""
    models = set(predictions["model"].str.partition(SEED_SIGN)[0])
    known = table["model"].isin(models)
    others = list(dict.fromkeys(table.loc[~known, "model"]))
    text = f"--importance: {count(len(others), 'model')} left out, without predictions: {shortened(others)}"
    return table[known], [text] if others else []


def importance(table: pd.DataFrame) -> Section:
    """A figure of IMPORTANCE with its values, and the highest features of each model and method."""
    names = [c for c in PANEL if c in table]
    groups = list(table.groupby(names, sort=False))
    shown = pd.concat([rows for _, rows in groups[:MAX_PANELS]])
    highest = pd.concat([rows.head(BRIEF) for _, rows in groups[:MAX_PANELS]])
    text = list(_sentences(groups))
    if len(groups) > MAX_PANELS:
        text.append(f"The figure shows the first {MAX_PANELS} of {len(groups)} panels; the table has all.")
    values = _table("Values of the figure: importance on test rows", table, folded=True)
    brief = _table("The features with the highest importance", highest, folded=False)
    return Section(
        "importance",
        "Importance of features",
        tuple(text),
        (Figure(importance_picture(shown), values),),
        (brief,),
    )


def _sentences(groups: list[tuple[tuple[str, ...], pd.DataFrame]]) -> Iterator[str]:
    """What is above the floor of each panel, in words."""
    for key, rows in groups[:MAX_PANELS]:
        above = rows.loc[rows["verdict"] == "above", "feature"]
        what = f"{len(above)} of {count(len(rows), 'feature')} above the noise floor"
        named = f": {shortened(list(map(short_name, above)))}" if len(above) else ""
        yield f"{' '.join(short_name(str(part)) for part in key)}: {what}{named}."


def _table(caption: str, table: pd.DataFrame, *, folded: bool) -> Table:
    extra = tuple(c for c in ("symbol", "fold") if c in table and table[c].nunique() > 1)
    rows = [
        [
            *(name(row[c]) for c in extra),
            name(row["model"]), Cell(row["method"]), Cell(row["level"]), whole(row["rank"]),
            name(row["feature"]), number(row["value"], 6), number(row["floor"], 6),
            number(row["spread"], 6), Cell(row["verdict"]),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return Table(caption, (*extra, *COLUMNS), rows, folded=folded, brief=not folded)
