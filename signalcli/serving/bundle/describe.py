"""What a bundle says of a fitted model."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

import signalcli
from signalcli.config.features import FeatureConfig
from signalcli.config.trading import TradingRule
from signalcli.data.interval import interval_of
from signalcli.errors import DataError, UsageError
from signalcli.evaluation.headline_scores import scores
from signalcli.io.csv import format_dates
from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.schemas import PATH, SEED_SIGN
from signalcli.serving.bundle.feature_recipe import recipe
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.bundle.manifest_schema import FORMAT
from signalcli.serving.onnx import converters as families
from signalcli.training.walk_forward import Refit, matrix

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = ("numpy", "pandas", "onnxruntime", "scikit-learn", "lightgbm", "tensorflow", "keras")


@dataclass(frozen=True)
class Origin:
    """What a bundle says beside its model, as far as it is known.

    Parameters
    ----------
    seed : int
        Decided every random number.
    features : FeatureConfig or None
        What the features were made with; None finds it in them.
    adjustment : str or None
        How prices were adjusted.
    rule : TradingRule
        When a position is taken.
    predictions : DataFrame or None
        PREDICTIONS of the walk-forward, by which the model is judged.
    """

    seed: int = 0
    features: FeatureConfig | None = None
    adjustment: str | None = None
    rule: TradingRule = field(default_factory=TradingRule)
    predictions: pd.DataFrame | None = None


def manifest_of(
    fit: Refit, features: pd.DataFrame, origin: Origin, graph: dict[str, Any], found: dict[str, bytes]
) -> Manifest:
    """The manifest, given the description of the graph and the other files."""
    mine = features if fit.symbol is None else features[features["symbol"] == fit.symbol]
    made = recipe(mine, fit.inputs.columns, origin.features)
    banded = isinstance(fit.estimator, Conformal)
    scaled = inner(fit.estimator, Conformal)
    return Manifest(
        format=FORMAT,
        signalcli=signalcli.__version__,
        model=fit.model,
        symbol=fit.symbol,
        parameters={k: _plain(v) for k, v in inner(scaled, Calibrated).get_params().items()},
        columns=fit.inputs.columns,
        own_columns=made.own,
        features={k: _plain(v) for k, v in asdict(made.config).items()},
        label=made.config.label if made.label_known else None,
        min_history=made.min_history,
        settled_history=made.settled_history,
        interval=_interval(mine),
        adjustment=origin.adjustment,
        classes=[int(c) for c in fit.estimator.classes_],
        calibration=scaled.kind if isinstance(scaled, Calibrated) else None,
        coverage={"wanted": fit.estimator.coverage, "band": fit.estimator.band_} if banded else None,
        thresholds={"threshold": origin.rule.threshold, "long_only": origin.rule.long_only},
        graph=graph,
        tolerance=families.tolerance(scaled),
        trained=_trained(fit.trained_on),
        scores=scores(tested(fit, origin)),
        data_sha256=data_hash(fit),
        seed=origin.seed,
        versions={name: importlib.metadata.version(name) for name in LIBRARIES},
        files={
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in found.items()
        },
    )


def _plain(value: Any) -> Any:
    """Parameters as JSON has them."""
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise UsageError("BUNDLE-MODEL", "a parameter whose names are no text cannot be saved")
        return {k: _plain(v) for k, v in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _interval(features: pd.DataFrame) -> str:
    found = interval_of(rows["date"].to_numpy() for _, rows in features.groupby("symbol"))
    if found is None:
        raise DataError("DATA-FEW", "one date is too few to see how long a bar is")
    return found


def _trained(rows: pd.DataFrame) -> dict[str, Any]:
    import pandas as pd

    dates = pd.Series([rows["date"].min(), rows["date"].max(), rows["label_end"].max()])
    first, last, known = format_dates(dates)
    return {
        "first": first,
        "last": last,
        "known": known,
        "rows": len(rows),
        "symbols": rows["symbol"].nunique(),
    }


def tested(fit: Refit, origin: Origin) -> pd.DataFrame | None:
    """The model's own PREDICTIONS, where there are any."""
    given = origin.predictions
    if given is None:
        return None
    names = given["model"].str.partition(SEED_SIGN)[0]
    mine = given[(names == fit.model) & ((given["symbol"] == fit.symbol) | (fit.symbol is None))]
    if not len(mine):
        return None
    once = mine[mine["model"] == mine["model"].iloc[0]]  # of several seeds the first
    return once[once[PATH] == once[PATH].min()] if PATH in once else once


def inner(estimator: Any, wrapper: type[Any]) -> Any:
    """What is inside a wrapper, or the estimator itself."""
    return estimator.model if isinstance(estimator, wrapper) else estimator


def data_hash(fit: Refit) -> str:
    """Hash of dates, columns and labels, in the order in which they were learnt."""
    rows = fit.trained_on
    digest = hashlib.sha256()
    digest.update(rows["date"].to_numpy("datetime64[us]").tobytes())
    digest.update(matrix(rows, fit.inputs).tobytes())
    digest.update(rows["direction"].to_numpy("int64").tobytes())
    return digest.hexdigest()
