"""The manifest of a fitted model."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import signalcli
from signalcli.config.features import FeatureConfig
from signalcli.config.trading import TradingRule
from signalcli.data.interval import infer_interval
from signalcli.errors import DataError, UsageError
from signalcli.evaluation.headline_scores import headline_scores
from signalcli.io.formatting import format_dates
from signalcli.io.libraries import is_installed
from signalcli.models.inputs import ModelInputs
from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.schemas import PATH, SEED_SIGN
from signalcli.serving.bundle.feature_recipe import make_recipe
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.bundle.manifest_schema import FORMAT
from signalcli.training.arrays import matrix
from signalcli.training.refit import Refit

LIBRARIES = ("numpy", "pandas", "onnxruntime", "scikit-learn", "lightgbm", "tensorflow", "keras")
OF_OWN_MODELS = ("skl2onnx", "skops")  # stated where they are installed


@dataclass(frozen=True)
class Origin:
    """Where a model comes from, as far as its estimator does not show it.

    Parameters
    ----------
    seed : int
        Random seed.
    features : FeatureConfig or None
        Config of the features; None infers it from the table.
    adjustment : str or None
        How prices were adjusted, if known.
    rule : TradingRule
        When a position is taken.
    predictions : DataFrame or None
        PREDICTIONS of the walk-forward, for the model's out-of-sample scores.
    """

    seed: int = 0
    features: FeatureConfig | None = None
    adjustment: str | None = None
    rule: TradingRule = field(default_factory=TradingRule)
    predictions: pd.DataFrame | None = None


class GraphOfFit(NamedTuple):
    """Parameters of a graph, and the largest accepted difference of a probability from the estimator."""

    params: dict[str, Any]
    tolerance: float


def make_manifest(
    fit: Refit, features: pd.DataFrame, origin: Origin, graph: GraphOfFit, files: dict[str, bytes]
) -> Manifest:
    """The manifest of a fit, from the parameters of its graph and the contents of the other files."""
    rows = features if fit.symbol is None else features[features["symbol"] == fit.symbol]
    recipe = make_recipe(rows, fit.inputs.columns, origin.features)
    has_band = isinstance(fit.estimator, Conformal)
    model = unwrap(fit.estimator, Conformal)
    return Manifest(
        format=FORMAT,
        signalcli=signalcli.__version__,
        model=fit.model,
        symbol=fit.symbol,
        parameters={k: _to_json(v) for k, v in unwrap(model, Calibrated).get_params().items()},
        columns=fit.inputs.columns,
        own_columns=recipe.own_columns,
        features={k: _to_json(v) for k, v in asdict(recipe.config).items()},
        label=recipe.config.label if recipe.label_known else None,
        min_history=recipe.min_history,
        settled_history=recipe.settled_history,
        interval=_interval(rows),
        adjustment=origin.adjustment,
        classes=[int(c) for c in fit.estimator.classes_],
        calibration=model.kind if isinstance(model, Calibrated) else None,  # type: ignore[arg-type]
        coverage={"wanted": fit.estimator.coverage, "band": fit.estimator.band_} if has_band else None,
        thresholds={"threshold": origin.rule.threshold, "long_only": origin.rule.long_only},
        graph=graph.params,
        tolerance=graph.tolerance,
        trained=_training_period(fit.trained_on),
        scores=headline_scores(walk_forward_predictions(fit, origin)),
        data_sha256=data_hash(fit.inputs, fit.trained_on),
        seed=origin.seed,
        versions=_versions(),
        files={
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
    )


def _versions() -> dict[str, str]:
    names = [*LIBRARIES, *filter(is_installed, OF_OWN_MODELS)]
    return {name: importlib.metadata.version(name) for name in names}


def _to_json(value: Any) -> Any:
    """A parameter in the types that JSON has."""
    if isinstance(value, tuple | list):
        return [_to_json(v) for v in value]
    if isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise UsageError("BUNDLE-MODEL", "a parameter with keys that are not text cannot be saved")
        return {k: _to_json(v) for k, v in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _interval(features: pd.DataFrame) -> str:
    interval = infer_interval(rows["date"].to_numpy() for _, rows in features.groupby("symbol"))
    if interval is None:
        raise DataError("DATA-FEW", "one date is too few to find the length of a bar; add bars")
    return interval


def _training_period(rows: pd.DataFrame) -> dict[str, Any]:
    dates = pd.Series([rows["date"].min(), rows["date"].max(), rows["label_end"].max()])
    period = dict(zip(("first", "last", "known"), format_dates(dates), strict=True))
    return {**period, "rows": len(rows), "symbols": rows["symbol"].nunique()}


def walk_forward_predictions(fit: Refit, origin: Origin) -> pd.DataFrame | None:
    """The model's own PREDICTIONS, of the first seed and path; None if there are none."""
    predictions = origin.predictions
    if predictions is None:
        return None
    names = predictions["model"].str.partition(SEED_SIGN)[0]
    mine = predictions[(names == fit.model) & ((predictions["symbol"] == fit.symbol) | (fit.symbol is None))]
    if not len(mine):
        return None
    first_seed = mine[mine["model"] == mine["model"].iloc[0]]
    return first_seed[first_seed[PATH] == first_seed[PATH].min()] if PATH in first_seed else first_seed


def unwrap(estimator: Any, wrapper: type[Any]) -> Any:
    """The estimator inside a wrapper of this type, or the estimator itself."""
    return estimator.model if isinstance(estimator, wrapper) else estimator


def data_hash(inputs: ModelInputs, rows: pd.DataFrame) -> str:
    """SHA-256 of the training data ``rows``: dates, input columns and labels, in training order."""
    digest = hashlib.sha256()
    digest.update(rows["date"].to_numpy("datetime64[us]").tobytes())
    digest.update(matrix(rows, inputs).tobytes())
    digest.update(rows["direction"].to_numpy("int64").tobytes())
    return digest.hexdigest()
