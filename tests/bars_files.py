"""Raw bars of one file, as the command reads it."""

from functools import partial

import pandas as pd

from signalcli.data.sources.csv.reader import parse_bars
from signalcli.data.sources.files.read import read_files


def read_bars_csv(source: str, **layout: object) -> pd.DataFrame:
    """The rows of a file; ``layout`` are options of `parse_bars`."""
    return read_files([source], partial(parse_bars, **layout), None, None).rows
