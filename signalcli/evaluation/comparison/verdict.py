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
    result = (
        f"{len(winners)} of {len(rows)} models beat the best baseline; the most significant is"
        if len(winners)
        else f"none of {len(rows)} models beats the best baseline; the closest is"
    )
    return (
        f"{result} {printable(best['model'])} on {printable(best['symbol'])}: {config.by.replace('_', ' ')} "
        f"{best['value']:.4g} against {best['baseline_value']:.4g} of {printable(best['baseline'])}, "
        f"corrected p {best['p_holm']:.2g}{_similar_models(rows)}"
    )


def _similar_models(rows: pd.DataFrame) -> str:
    """Models whose difference from the best model is within the spread over seeds."""
    similar = rows[rows["like"].notna()]
    pairs = [f"{printable(row['model'])} and {printable(row['like'])}" for _, row in similar.iterrows()]
    return f"; {', '.join(dict.fromkeys(pairs))} differ by no more than their seeds" if pairs else ""


def has_edge(verdict: pd.DataFrame, config: ComparisonConfig) -> bool:
    """Whether any model has an edge by the deciding criterion."""
    return bool(((verdict["criterion"] == config.by) & (verdict["verdict"] == "edge")).any())
