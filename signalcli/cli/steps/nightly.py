"""``run`` with a saved model: keep it or fit it again, then append its signals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.steps.fits.models import load_models, warn_of_writers
from signalcli.cli.steps.save import save_refit, trusted
from signalcli.cli.steps.universe import warn_of_no_signals
from signalcli.config.features import FeatureConfig
from signalcli.config.run import RunConfig
from signalcli.config.saving import Promote, SaveConfig
from signalcli.config.span import duration
from signalcli.errors import count

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.pipeline import PipelineResult
    from signalcli.serving.bundle.load import Bundle
    from signalcli.serving.promotion.promote import Outcome


def reusable(saving: SaveConfig, bars: pd.DataFrame, config: RunConfig) -> list[Bundle]:
    """Return the saved models if they are recent enough and have these settings; otherwise nothing."""
    if saving.save is None or saving.refit_after is None:
        return []
    from signalcli.serving.freshness import reusable_models

    bundles, reason = reusable_models(
        Path(saving.save),
        bars,
        config,
        duration("--refit-after", saving.refit_after),
        trusted(saving, config.fit),
    )
    warn_of_writers(saving.save, bundles)
    console.note(
        f"{saving.save}: {f'the model is fitted again: {reason}' if reason else 'the saved model is used'}"
    )
    return bundles


def save_models(
    saving: SaveConfig,
    result: PipelineResult,
    config: RunConfig,
    adjustment: str | None,
    mode: Promote,
    dropped: pd.DataFrame | None,
) -> list[Outcome]:
    """Fit on all rows and save through the gate, if a folder is given."""
    if saving.save is None:
        return []
    from signalcli.serving.bundle.describe import Origin

    origin = Origin(config.fit.random_state, config.features, adjustment, config.rule, result.predictions)
    plugins = config.features.plugins
    return save_refit(saving, result.features, config.fit, config.folds, origin, mode, dropped, plugins)


def _rows_to_predict(bars: pd.DataFrame, config: FeatureConfig) -> pd.DataFrame:
    """The bars, or FEATURES where columns compare symbols: a saved model sees the bars of one symbol."""
    from signalcli.features.build import build
    from signalcli.features.catalogue import compares_symbols

    return build(bars, config) if compares_symbols(config) else bars


def append_signals(
    saving: SaveConfig, bars: pd.DataFrame, config: RunConfig, adjustment: str | None, bundles: list[Bundle]
) -> None:
    """Append the signals of the saved model on the newest bars, if a file is given."""
    if saving.append is None or saving.save is None:
        return
    from signalcli.serving.predict import predict
    from signalcli.serving.signals import append

    signals = predict(
        bundles or load_models(saving.save, trusted(saving, config.fit)),
        _rows_to_predict(bars, config.features),
        adjustment=adjustment,
        plugins=config.features.plugins,
        calendar=saving.calendar,
    )
    warn_of_no_signals(bars)
    changed = append(signals, saving.append)
    console.note(f"{saving.append}: {count(len(signals), 'row')}, {'written' if changed else 'nothing new'}")
