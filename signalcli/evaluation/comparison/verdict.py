"""Summary of a VERDICT."""

from __future__ import annotations

import pandas as pd

from signalcli.config.comparison import ComparisonConfig
from signalcli.errors import printable


def summarize(verdict: pd.DataFrame, config: ComparisonConfig) -> str:
    """The VERDICT in one sentence, by the deciding criterion ``config.by``."""
    rows = verdict[verdict["criterion"] == config.by]
    winners = rows[rows["verdict"] == "edge"]
    best = (winners if len(winners) else rows).sort_values("p_holm", kind="stable").iloc[0]
    chosen = "it is" if len(rows) == 1 else "the most significant is" if len(winners) else "the closest is"
    return (
        f"{_count(len(winners), rows)}; {chosen} {printable(best['model'])} on {printable(best['symbol'])}: "
        f"{config.by.replace('_', ' ')} {best['value']:.4g} against {best['baseline_value']:.4g} of "
        f"{printable(best['baseline'])}, corrected p {best['p_holm']:.2g}{_similar_models(rows)}"
    )


def _count(winners: int, rows: pd.DataFrame) -> str:
    """How many models beat the best baseline; of several symbols, how many pairs of model and symbol."""
    if len(rows) == 1:
        return f"the model {'beats' if winners else 'does not beat'} the best baseline"
    what = "models" if rows["symbol"].nunique() == 1 else "pairs of model and symbol"
    start = f"{winners} of {len(rows):,} {what} beat" if winners else f"none of {len(rows):,} {what} beats"
    return f"{start} the best baseline"


def _similar_models(rows: pd.DataFrame) -> str:
    """Models whose difference from the best model is within the spread over seeds."""
    similar = rows[rows["like"].notna()]
    pairs = [f"{printable(row['model'])} and {printable(row['like'])}" for _, row in similar.iterrows()]
    return f"; {', '.join(dict.fromkeys(pairs))} differ by no more than their seeds" if pairs else ""


def has_edge(verdict: pd.DataFrame, config: ComparisonConfig) -> bool:
    """Whether any model has an edge by the deciding criterion."""
    return bool(((verdict["criterion"] == config.by) & (verdict["verdict"] == "edge")).any())
