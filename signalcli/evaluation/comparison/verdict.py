"""What a VERDICT says, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.config.comparison import ComparisonConfig
from signalcli.errors import printable

if TYPE_CHECKING:
    import pandas as pd


def sentence(verdict: pd.DataFrame, config: ComparisonConfig) -> str:
    """What the table says by the criterion that decides, in plain words."""
    judged = verdict[verdict["criterion"] == config.by]
    winners = judged[judged["verdict"] == "edge"]
    best = (winners if len(winners) else judged).sort_values("p_holm", kind="stable").iloc[0]
    words = config.by.replace("_", " ")
    against = (
        f"{words} {best['value']:.4g} against {best['baseline_value']:.4g} of {printable(best['baseline'])}, "
        f"corrected p {best['p_holm']:.2g}"
    )
    name = f"{printable(best['model'])} on {printable(best['symbol'])}"
    if len(winners):
        said = (
            f"{len(winners)} of {len(judged)} models beat the best baseline; the surest is {name}: {against}"
        )
    else:
        said = f"none of {len(judged)} models beats the best baseline; the nearest is {name}: {against}"
    return said + _noise(judged)


def _noise(judged: pd.DataFrame) -> str:
    """Which models no more than the luck of a seed parts from the best one."""
    alike = judged[judged["like"].notna()]
    pairs = [f"{printable(row['model'])} and {printable(row['like'])}" for _, row in alike.iterrows()]
    return f"; between {', '.join(dict.fromkeys(pairs))} is only the noise of seeds" if pairs else ""


def has_edge(verdict: pd.DataFrame, config: ComparisonConfig) -> bool:
    """Whether any model has an edge by the criterion that decides."""
    return bool(((verdict["criterion"] == config.by) & (verdict["verdict"] == "edge")).any())
