"""A fitted estimator to a bundle."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import signalcli
from signalcli.bundle import families, reference, selfcheck
from signalcli.bundle.folder import DamagedError, replace
from signalcli.bundle.interval import interval_of
from signalcli.bundle.layout import fill
from signalcli.bundle.manifest import (
    FORMAT,
    GRAPH,
    MANIFEST,
    REFERENCE,
    SELFCHECK,
    Manifest,
    from_bytes,
    to_bytes,
)
from signalcli.bundle.recipe import recipe
from signalcli.bundle.reference import Reference
from signalcli.bundle.scores import scores
from signalcli.bundle.session import Session
from signalcli.csvio import format_dates
from signalcli.errors import DataError, UsageError, printable
from signalcli.models.calibration import Calibrated
from signalcli.models.conformal import Conformal
from signalcli.specs.features import FeatureSpec
from signalcli.specs.trading import TradingRule
from signalcli.store.names import file_name
from signalcli.tables import PATH, SEED_SIGN
from signalcli.walkforward import Refit, matrix

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
    features : FeatureSpec or None
        What the features were made with; None finds it in them.
    adjustment : str or None
        How prices were adjusted.
    rule : TradingRule
        When a position is taken.
    predictions : DataFrame or None
        PREDICTIONS of the walk-forward, by which the model is judged.
    """

    seed: int = 0
    features: FeatureSpec | None = None
    adjustment: str | None = None
    rule: TradingRule = field(default_factory=TradingRule)
    predictions: pd.DataFrame | None = None


def save(fits: list[Refit], features: pd.DataFrame, folder: Path, origin: Origin) -> list[Path]:
    """Write each fit as a bundle: one into the folder itself, several into folders named after their symbols.

    Every bundle is made before the first is written; a folder is replaced atomically. Raises UsageError for a
    model that cannot be saved, before anything is written.
    """
    made = [(_place(folder, fit, len(fits)), files(fit, features, origin)) for fit in fits]
    for place, content in made:
        replace(place, content, MANIFEST)
    return [place for place, _ in made]


def _place(folder: Path, fit: Refit, count: int) -> Path:
    return folder if count == 1 else folder / file_name(str(fit.symbol))


def files(fit: Refit, features: pd.DataFrame, origin: Origin) -> dict[str, bytes]:
    """Contents of the files of a bundle."""
    X = matrix(fit.trained_on, fit.inputs)
    model, rows = _inner(fit.estimator, Conformal), selfcheck.evenly(X)
    described, graph = _graph(model, len(fit.inputs.columns))
    expected = _checked(model, graph, rows)
    classes = [int(c) for c in model.classes_]
    tested = _tested(fit, origin)
    found = {
        GRAPH: graph,
        SELFCHECK: selfcheck.to_bytes(selfcheck.SelfCheck(rows, expected), fit.inputs.columns, classes),
        REFERENCE: reference.to_bytes(_spread(fit, X, graph, tested)),
    }
    manifest = to_bytes(_manifest(fit, features, origin, described, found))
    _refuse_unreadable(manifest)
    return {MANIFEST: manifest, **found}


def _inner(estimator: Any, wrapper: type[Any]) -> Any:
    """What is inside a wrapper, or the estimator itself."""
    return estimator.model if isinstance(estimator, wrapper) else estimator


def _graph(estimator: Any, features: int) -> tuple[dict[str, Any], bytes]:
    """What the manifest says of the graph, and the graph."""
    try:
        described = families.described(estimator)
        layout = families.layout(described, features, len(estimator.classes_))
        return described, fill(layout, families.arrays(estimator))
    except ValueError as error:
        raise UsageError(
            "BUNDLE-MODEL", f"{type(estimator).__name__} cannot be saved: {printable(error)}"
        ) from error


def _checked(estimator: Any, graph: bytes, rows: np.ndarray) -> np.ndarray:
    """Probabilities of the graph, which must be those of the estimator: the last guard of every option."""
    found = Session(graph).probabilities(rows)
    apart = float(np.abs(found - estimator.predict_proba(rows)).max())
    if not apart <= families.tolerance(estimator):
        raise UsageError(
            "BUNDLE-MODEL",
            f"{type(estimator).__name__} cannot be saved: its graph would be {apart:.1g} off",
        )
    return found


def _tested(fit: Refit, origin: Origin) -> pd.DataFrame | None:
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


def _spread(fit: Refit, X: np.ndarray, graph: bytes, tested: pd.DataFrame | None) -> Reference:
    said = Session(graph).probabilities(X)[:, -1] if tested is None else tested["p_up"].to_numpy("float64")
    return reference.reference_of(fit.inputs.columns, X, said)


def _manifest(
    fit: Refit, features: pd.DataFrame, origin: Origin, graph: dict[str, Any], found: dict[str, bytes]
) -> Manifest:
    mine = features if fit.symbol is None else features[features["symbol"] == fit.symbol]
    made = recipe(mine, fit.inputs.columns, origin.features)
    banded = isinstance(fit.estimator, Conformal)
    scaled = _inner(fit.estimator, Conformal)
    return Manifest(
        format=FORMAT,
        signalcli=signalcli.__version__,
        model=fit.model,
        symbol=fit.symbol,
        parameters={k: _plain(v) for k, v in _inner(scaled, Calibrated).get_params().items()},
        columns=fit.inputs.columns,
        own_columns=made.own,
        features={k: _plain(v) for k, v in asdict(made.spec).items()},
        label=made.spec.label if made.label_known else None,
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
        scores=scores(_tested(fit, origin)),
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


def data_hash(fit: Refit) -> str:
    """Hash of dates, columns and labels, in the order in which they were learnt."""
    rows = fit.trained_on
    digest = hashlib.sha256()
    digest.update(rows["date"].to_numpy("datetime64[us]").tobytes())
    digest.update(matrix(rows, fit.inputs).tobytes())
    digest.update(rows["direction"].to_numpy("int64").tobytes())
    return digest.hexdigest()


def _refuse_unreadable(manifest: bytes) -> None:
    """A model that is too large, or named strangely, is refused now and not when it is needed."""
    try:
        from_bytes(manifest).layout()
    except DamagedError as error:
        raise UsageError("BUNDLE-MODEL", f"this model cannot be saved: {error}") from error
