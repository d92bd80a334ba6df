"""``signalcli resample``: BARS → BARS of a longer interval."""

from __future__ import annotations

from signalcli.cli.inputs import BarsOrSymbols, Reading, bars_input, fetch_bars
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.fetch import FetchConfig
from signalcli.config.output import OutputConfig
from signalcli.config.resample import ResampleConfig


@verb
def resample(
    bars: BarsOrSymbols = None,
    config: ResampleConfig = ResampleConfig(),
    reading: Reading = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Turn bars into bars of a longer interval; the unfinished one is left out.

    \b
    signalcli resample bars.csv --to 1wk --calendar XNYS > weeks.csv
    signalcli fetch IBM -i 5m | signalcli resample --to 1h --calendar XNYS --from 5m
    """
    from signalcli.data.resample.resample import resample as to_longer

    fetched = fetch_bars(*bars_input(bars, reading))
    result = to_longer(fetched.bars, config)
    warn(result.lines)
    emit(result.bars, output)
