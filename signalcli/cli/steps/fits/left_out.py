"""The lines that count what a fit leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig

if TYPE_CHECKING:
    import pandas as pd


def warn(lines: Iterable[str]) -> None:
    """Print warnings."""
    for text in lines:
        console.warn(text)


def warn_of_jumps(bars: pd.DataFrame) -> None:
    """Print how many jumps between bars look like unadjusted splits."""
    from signalcli.data.quality.jumps import split_lines

    warn(split_lines(bars))


def warn_of_left_out(features: pd.DataFrame, folds: FoldConfig) -> None:
    """Print how many rows have an unknown feature, and which symbols are left out."""
    from signalcli.training.left_out import left_out

    warn(left_out(features, folds))


def warn_of_skipped(
    features: pd.DataFrame, predictions: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> None:
    """Print which symbols could not be fitted and why, and what else `warn_of_unread` finds."""
    from signalcli.training.left_out import skipped

    warn(skipped(features, predictions, config, folds))
    warn_of_unread(features, config, folds)


def warn_of_unread(features: pd.DataFrame, config: FitConfig, folds: FoldConfig) -> None:
    """Print which fits lack calibration or a band, and which models read no seed or no weights."""
    from signalcli.training.left_out import unmeasured
    from signalcli.training.unread import unread

    warn(unmeasured(features, config, folds))
    warn(unread(features, config))


def warn_of_ranks(features: pd.DataFrame, config: FeatureConfig) -> None:
    """Print how many rows have no label by rank, because too few symbols share their date."""
    from signalcli.features.labels.cross_rank import rank_lines

    warn(rank_lines(features, config))


def warn_of_bars(bars: pd.DataFrame, config: FeatureConfig) -> None:
    """Print which columns are no features, which symbols have too few bars, and where a gap ends windows."""
    from signalcli.features.lines import bars_lines

    warn(bars_lines(bars, config))
