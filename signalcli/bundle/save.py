"""A fitted estimator to a bundle."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import signalcli
from signalcli.bundle import selfcheck
from signalcli.bundle.families import FAMILIES, family_of
from signalcli.bundle.folder import DamagedError, replace
from signalcli.bundle.interval import interval_of
from signalcli.bundle.layout import fill
from signalcli.bundle.manifest import FORMAT, GRAPH, MANIFEST, SELFCHECK, Manifest, from_bytes, to_bytes
from signalcli.bundle.recipe import recipe
from signalcli.bundle.session import Session
from signalcli.csvio import format_dates
from signalcli.errors import DataError, UsageError, printable
from signalcli.store.names import file_name
from signalcli.walkforward import Refit, matrix

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = ("numpy", "pandas", "onnxruntime", "scikit-learn", "lightgbm", "tensorflow", "keras")


def save(fits: list[Refit], features: pd.DataFrame, folder: Path, seed: int) -> list[Path]:
    """Write each fit as a bundle: one into the folder itself, several into folders named after their symbols.

    Every bundle is made before the first is written; a folder is replaced atomically. Raises UsageError for a
    model that cannot be saved, before anything is written.
    """
    made = [(_place(folder, fit, len(fits)), files(fit, features, seed)) for fit in fits]
    for place, content in made:
        replace(place, content, MANIFEST)
    return [place for place, _ in made]


def _place(folder: Path, fit: Refit, count: int) -> Path:
    return folder if count == 1 else folder / file_name(str(fit.symbol))


def files(fit: Refit, features: pd.DataFrame, seed: int) -> dict[str, bytes]:
    """Contents of the files of a bundle."""
    estimator = fit.estimator
    rows = selfcheck.evenly(matrix(fit.trained_on, fit.inputs))
    graph_of, graph = _graph(estimator, len(fit.inputs.columns))
    expected = _checked(estimator, graph, rows, FAMILIES[graph_of["family"]].tolerance)
    classes = [int(c) for c in estimator.classes_]
    check = selfcheck.SelfCheck(rows, expected)
    found = {GRAPH: graph, SELFCHECK: selfcheck.to_bytes(check, fit.inputs.columns, classes)}
    manifest = to_bytes(_manifest(fit, features, seed, graph_of, found))
    _refuse_unreadable(manifest)
    return {MANIFEST: manifest, **found}


def _graph(estimator: Any, features: int) -> tuple[dict[str, Any], bytes]:
    """What the manifest says of the graph, and the graph."""
    name = family_of(estimator)
    family = FAMILIES[name]
    sizes = family.sizes(estimator)
    layout = family.layout(sizes, features, len(estimator.classes_))
    try:
        return {"family": name, **sizes}, fill(layout, family.arrays(estimator))
    except ValueError as error:
        raise UsageError(
            "BUNDLE-MODEL", f"{type(estimator).__name__} cannot be saved: {printable(error)}"
        ) from error


def _checked(estimator: Any, graph: bytes, rows: np.ndarray, tolerance: float) -> np.ndarray:
    """Probabilities of the graph, which must be those of the estimator: the last guard of every option."""
    found = Session(graph).probabilities(rows)
    apart = float(np.abs(found - estimator.predict_proba(rows)).max())
    if not apart <= tolerance:
        raise UsageError(
            "BUNDLE-MODEL",
            f"{type(estimator).__name__} cannot be saved: its graph would be {apart:.1g} off",
        )
    return found


def _manifest(
    fit: Refit, features: pd.DataFrame, seed: int, graph: dict[str, Any], found: dict[str, bytes]
) -> Manifest:
    mine = features if fit.symbol is None else features[features["symbol"] == fit.symbol]
    made = recipe(fit.trained_on, fit.inputs.columns)
    return Manifest(
        format=FORMAT,
        signalcli=signalcli.__version__,
        model=fit.model,
        symbol=fit.symbol,
        parameters={k: _plain(v) for k, v in fit.estimator.get_params().items()},
        columns=fit.inputs.columns,
        own_columns=made.own,
        features={
            "window": made.spec.window,
            "horizon": made.spec.horizon,
            "dead_zone": made.spec.dead_zone,
            "sets": list(made.spec.sets),
        },
        min_history=made.min_history,
        settled_history=made.settled_history,
        interval=_interval(mine),
        adjustment=None,
        classes=[int(c) for c in fit.estimator.classes_],
        graph=graph,
        trained=_trained(fit.trained_on),
        data_sha256=data_hash(fit),
        seed=seed,
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
