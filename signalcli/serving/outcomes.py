"""SIGNALS × BARS → PREDICTIONS: past signals with their outcomes, ready for a backtest.

A signal is judged by the label that its model was fitted on, which the manifest names. Without a saved model
the label is the direction of the close over the bars for which the signal was valid; signals that name
another one (column ``label``) are refused then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, UsageError, count, printable
from signalcli.features.build import label
from signalcli.schemas import BAND, CLASS_COLUMNS, HORIZON, PREDICTIONS, check
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.inputs import has_targets, target_columns
from signalcli.serving.signals import LABEL

TARGETS = ("forward_return", "direction", "label_end", HORIZON)


def realized_predictions(
    signals: pd.DataFrame,
    bars: pd.DataFrame,
    bundles: Sequence[Bundle] = (),
    dead_zone: float | None = None,
) -> pd.DataFrame:
    """PREDICTIONS of past signals, with the returns and directions that followed in the bars.

    Parameters
    ----------
    signals : DataFrame
        SIGNALS, as ``predict --append`` collects them.
    bars : DataFrame
        BARS from the first signal to as late as possible; FEATURES for a model of labels of its own.
    bundles : sequence of Bundle
        Saved models that gave the signals.
    dead_zone : float or None
        Dead zone, as a fraction, of the models that are not among ``bundles``.

    Notes
    -----
    From the first signal to the last, a bar without a signal (a missed night) is flat and not scored.
    Without a saved model the horizon is taken from ``valid_until``. Raises DataError for a signal whose date
    or close is not in the bars, and for signals whose label is not known; UsageError for a dead zone that
    contradicts the model.
    """
    parts = [
        _of_model(rows, bars[bars["symbol"] == symbol].reset_index(drop=True), manifest, dead_zone)
        for (symbol, _), rows, manifest in _by_model(signals, bundles)
    ]
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "signals")


def _by_model(
    signals: pd.DataFrame, bundles: Sequence[Bundle]
) -> Iterator[tuple[tuple[str, str], pd.DataFrame, Manifest | None]]:
    """Key, rows and manifest (None if it is not among the bundles) of each model's signals on a symbol."""
    for key, rows in signals.groupby(["symbol", "model"], sort=True):
        symbol, model = key
        own = (b.manifest for b in bundles if b.manifest.model == model)
        yield (symbol, model), rows, next((m for m in own if m.symbol in {None, symbol}), None)


def _of_model(
    signals: pd.DataFrame, bars: pd.DataFrame, manifest: Manifest | None, dead_zone: float | None
) -> pd.DataFrame:
    _refuse_other_prices(signals, bars)
    if manifest is None:
        targets = label(bars, _stated_target(signals, bars, dead_zone))[list(TARGETS)]
    else:
        targets = _fitted_targets(manifest, bars, dead_zone)
    labeled = bars.assign(fold=0, **{c: targets[c].to_numpy() for c in targets})
    return _join(signals, labeled, {} if manifest is None else _band(manifest))


def _band(manifest: Manifest) -> dict[str, float]:
    return {} if manifest.coverage is None else {BAND: manifest.coverage["band"]}


def _fitted_targets(manifest: Manifest, bars: pd.DataFrame, dead_zone: float | None) -> pd.DataFrame:
    """Target columns as for the fit; DataError for labels of the user's own that the rows do not hold."""
    _refuse_other_zone(manifest, dead_zone)
    if manifest.label is not None:
        return label(bars, manifest.config)[list(TARGETS)]
    if has_targets(bars):
        return target_columns(bars).assign(**{HORIZON: manifest.config.horizon})
    raise DataError(
        "SCORE-LABEL",
        f"{printable(manifest.model)} was fitted on labels that are not those of signalcli features; name "
        "FEATURES with these labels instead of BARS, or save the model with fit --spec",
    )


def _refuse_other_zone(manifest: Manifest, dead_zone: float | None) -> None:
    config = manifest.config
    fitted = config.dead_zone if config.dead_zone_unit == "return" and manifest.label is not None else None
    if dead_zone is not None and dead_zone != fitted:
        raise UsageError(
            "OPTION-VALUE",
            f"--dead-zone {dead_zone}: {printable(manifest.model)} was fitted on the label "
            f"{manifest.label or 'of its FEATURES'}, dead zone {config.dead_zone}; leave --dead-zone out",
        )


def _stated_target(signals: pd.DataFrame, bars: pd.DataFrame, dead_zone: float | None) -> FeatureConfig:
    """Direction over the bars for which the signals are valid. Raises DataError if the zone is missing."""
    three = "p_down" in signals and bool(signals["p_down"].notna().any())
    who = f"{printable(signals['symbol'].iloc[0])} {printable(signals['model'].iloc[0])}"
    _refuse_other_label(signals, who)
    if three and not dead_zone:
        raise DataError(
            "SCORE-LABEL",
            f"{who}: signals of three directions; name the saved model (--model DIR), or the --dead-zone "
            "of its label",
        )
    if dead_zone and not three:
        raise DataError("SCORE-LABEL", f"{who}: signals of two directions; leave --dead-zone out")
    return FeatureConfig(horizon=_infer_horizon(signals, bars), dead_zone=dead_zone or 0.0)


def _refuse_other_label(signals: pd.DataFrame, who: str) -> None:
    """Raise DataError for signals whose label bars alone do not give."""
    others = signals[LABEL].dropna() if LABEL in signals else pd.Series(dtype="str")
    if len(others):
        label = printable(str(others.iloc[0]))
        raise DataError(
            "SCORE-LABEL", f"{who}: signals of the label {label}; name the saved model (--model DIR)"
        )


def _join(signals: pd.DataFrame, labeled: pd.DataFrame, band: dict[str, float]) -> pd.DataFrame:
    """Labeled bars from the first signal to the last, with the probabilities of the signals."""
    span = labeled["date"].between(signals["date"].iloc[0], signals["date"].iloc[-1])
    columns = [c for c in CLASS_COLUMNS.values() if c in signals and signals[c].notna().any()]
    by_date = signals.set_index("date")[columns].reindex(labeled.loc[span, "date"])
    probabilities = {c: by_date[c].to_numpy() for c in columns}  # NaN on a bar without a signal
    return labeled[span].assign(model=signals["model"].iloc[0], **probabilities, **band)


def _refuse_other_prices(signals: pd.DataFrame, bars: pd.DataFrame) -> None:
    closes = signals["date"].map(bars.set_index("date")["close"]).to_numpy("float64")
    different = ~np.isclose(closes, signals["close"].to_numpy(), rtol=1e-6)
    if different.any():
        symbol, date = signals.loc[different, ["symbol", "date"]].iloc[0]
        raise DataError(
            "SCORE-BARS",
            f"{printable(symbol)} {date:%Y-%m-%d}: the close of the signal is not in the bars "
            f"({count(int(different.sum()), 'signal')} in all); use the bars, and the --adjust, that "
            "predict read",
        )


def _infer_horizon(signals: pd.DataFrame, bars: pd.DataFrame) -> int:
    """Bars for which a signal is valid, from those whose last bar is there; all bars if there is none."""
    dates = bars["date"].to_numpy()
    complete = signals[signals["valid_until"] <= dates[-1]]
    steps = np.searchsorted(dates, complete["valid_until"]) - np.searchsorted(dates, complete["date"])
    return max(int(np.median(steps)), 1) if len(steps) else max(len(bars), 1)


def trading_rule(bundles: Sequence[Bundle], chosen: dict[str, Any]) -> TradingRule:
    """Rule with the thresholds saved with the models, where ``chosen`` sets no others.

    Raises UsageError for models that were saved with different ones.
    """
    saved = [b.manifest.thresholds for b in bundles]
    for name in saved[0] if saved else ():
        if name not in chosen and len({thresholds[name] for thresholds in saved}) > 1:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError("OPTION-VALUE", f"{flag}: the models were saved with several; choose one")
    return TradingRule(**(saved[0] if saved else {}) | chosen)


def outcome_warnings(
    signals: pd.DataFrame, predictions: pd.DataFrame, bundles: Sequence[Bundle]
) -> list[str]:
    """Lines about signals that are judged without their model, and about those that cannot be judged."""
    unknown = [f"{s} {m}" for (s, m), _, manifest in _by_model(signals, bundles) if manifest is None]
    lines = []
    if bundles and unknown:
        lines.append(
            f"--model is not the model of {printable(', '.join(unknown[:3]))} ({len(unknown)} in all); the "
            "label of these signals is the direction of the close until valid_until"
        )
    if unlabeled := sum(_count_unlabeled(*one, predictions) for one in _by_model(signals, bundles)):
        lines.append(
            f"{count(unlabeled, 'signal')} not scored: the label needs older bars; begin --bars earlier"
        )
    return lines


def _count_unlabeled(
    key: tuple[str, str], signals: pd.DataFrame, manifest: Manifest | None, predictions: pd.DataFrame
) -> int:
    """Signals of a model on a symbol whose last bar is there and whose label is unknown all the same."""
    rows = predictions[(predictions["symbol"] == key[0]) & (predictions["model"] == key[1])]
    start = 0 if manifest is None else manifest.config.label_bars - manifest.config.horizon
    ahead = np.arange(len(rows), 0, -1)  # bars from each row to the last, itself included
    over = rows["direction"].isna() & (ahead > rows[HORIZON] + start)
    return int(rows.loc[over, "date"].isin(signals["date"]).sum())
