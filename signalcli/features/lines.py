"""What building features leaves out, in lines."""

from __future__ import annotations

import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.features.build import short_lines
from signalcli.features.extra import extra_lines
from signalcli.features.sorted_bars import gap_lines, long_gaps, sort_bars


def bars_lines(bars: pd.DataFrame, config: FeatureConfig) -> list[str]:
    """Which columns are no features, which symbols have too few bars, and where a gap ends windows."""
    lengths = bars["symbol"].value_counts(sort=False).to_dict()
    gaps = gap_lines(long_gaps(sort_bars(bars), config), config)
    return [*extra_lines(bars, config), *short_lines(lengths, config), *gaps]
