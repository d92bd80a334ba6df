"""FEATURES × models × folds → PREDICTIONS, out of sample only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.errors import DataError, UsageError, printable
from signalcli.folds import Fold, split
from signalcli.models.columns import Inputs, inputs
from signalcli.models.registry import FROM_TABLE, create, entry
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.tables import CLASS_COLUMNS, PATH, PREDICTIONS, check, feature_columns

if TYPE_CHECKING:
    import pandas as pd

EVERY_SYMBOL = "all symbols"
Progress = Callable[[str, int, int], None]
"""Called with what was just fitted, how many fits are done, and how many there are."""


def walk_forward(
    features: pd.DataFrame, spec: FitSpec, folds: FoldSpec, progress: Progress | None = None
) -> pd.DataFrame:
    """PREDICTIONS of every model for every test row.

    A row with an unknown feature is neither trained on nor tested. A row whose target is not resolved yet
    is tested all the same: its prediction is the newest signal.

    Raises
    ------
    DataError
        When there are too few usable rows, or a training part knows one direction only.
    """
    import pandas as pd

    _refuse_settings(spec)  # before the first fit
    names = feature_columns(features)
    planned = list(plan(features, spec, folds))
    classes = np.unique(
        np.concatenate([rows["direction"].dropna().to_numpy("int64") for _, rows, _ in planned])
    )
    steps = _Steps(progress, sum(len(cut) for _, _, cut in planned) * len(spec.every_model))
    parts = [
        part
        for label, rows, cut in planned
        for part in _of_group(rows, label, names, classes, spec, cut, steps)
    ]
    predictions = pd.concat(parts, ignore_index=True)
    further = [
        c for c in (*CLASS_COLUMNS.values(), PATH) if c in predictions and c not in PREDICTIONS.columns
    ]
    return check(predictions[[*PREDICTIONS.columns, *further]], PREDICTIONS, "predictions")


def plan(
    features: pd.DataFrame, spec: FitSpec, folds: FoldSpec
) -> Iterator[tuple[str, pd.DataFrame, list[Fold]]]:
    """The rows that share a model, by date, under the symbol's name, and their folds; nothing is fitted."""
    usable = _usable(sealed(features, folds), feature_columns(features))
    for symbol, of_group in _groups(usable, spec):
        label = str(symbol or EVERY_SYMBOL)
        rows = of_group.reset_index(drop=True)
        # no label, no end
        label_end = rows["label_end"].where(rows["direction"].notna()).to_numpy()
        yield label, rows, _folds(rows["date"].to_numpy(), label_end, folds, label)


def sealed(features: pd.DataFrame, folds: FoldSpec) -> pd.DataFrame:
    """The rows before the hold-out, as if the table had been made on the evening before it."""
    if folds.holdout is None or folds.open_holdout:
        return features
    start = np.datetime64(folds.holdout)
    before = features[features["date"] < start]
    if not len(before):
        raise DataError("DATA-FEW", f"no rows before --holdout {folds.holdout}")
    known = before["label_end"] < start
    targets = ("forward_return", "direction", "label_end")
    return before.assign(**{name: before[name].where(known) for name in targets})


class Refit(NamedTuple):
    """A model fitted on every row whose label is known; ``symbol`` is None when it is one over all."""

    symbol: str | None
    model: str
    estimator: Any
    inputs: Inputs
    trained_on: pd.DataFrame


def refit(features: pd.DataFrame, spec: FitSpec, folds: FoldSpec | None = None) -> Iterator[Refit]:
    """Fit the first model of ``spec`` on all resolved rows, one per symbol or pooled, as each fold does.

    A sealed hold-out of ``folds`` stays sealed.
    """
    _refuse_settings(spec)
    names, model = feature_columns(features), spec.models[0]
    for symbol, rows in _groups(_usable(sealed(features, folds or FoldSpec()), names), spec):
        resolved = rows[rows["direction"].notna() & rows["label_end"].notna()].reset_index(drop=True)
        if resolved["direction"].nunique() < 2:
            raise DataError("DATA-ONECLASS", f"{printable(symbol or 'all symbols')}: one direction only")
        chosen = inputs(names, entry(model).reads)
        estimator = _estimator(model, spec, chosen, rows)
        _fit(estimator, matrix(resolved, chosen), resolved["direction"].to_numpy("int64"))
        yield Refit(symbol, model, estimator, chosen, resolved)


def _groups(usable: pd.DataFrame, spec: FitSpec) -> list[tuple[Any, pd.DataFrame]]:
    """Rows that share a model, by date: models that stop early look at the last part of their rows."""
    by_date = usable.sort_values(["date", "symbol"], kind="stable")
    return [(None, by_date)] if spec.pooled else list(by_date.groupby("symbol", sort=True))


def _refuse_settings(spec: FitSpec) -> None:
    """A wrong name of a model or parameter, or one that is not the user's to set, is a UsageError."""
    for model in spec.every_model:
        settings = spec.settings.get(model, {})
        create(model, **settings)
        for name in set(FROM_TABLE) & set(settings):
            raise UsageError(
                "MODEL-PARAM",
                f"{model}.{name} is not set: the seed and the features decide it for all models",
            )


@dataclass
class _Steps:
    """Counts fits for the progress callback."""

    report: Progress | None
    total: int
    done: int = 0

    def step(self, what: str) -> None:
        self.done += 1
        if self.report:
            self.report(what, self.done, self.total)


def _usable(features: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows on which every feature is known."""
    if not names:
        raise DataError("FEATURES-NONE", "no feature columns; signalcli features makes them from bars")
    known = np.isfinite(features[names].to_numpy("float64")).all(axis=1)
    if not known.any():
        holes = features[names].isna().mean().idxmax()
        raise DataError(
            "FEATURES-NONE", f"no row has every feature; {printable(holes)} is never or seldom known"
        )
    return features[known]


def _of_group(
    rows: pd.DataFrame,
    label: str,
    names: list[str],
    classes: np.ndarray,
    spec: FitSpec,
    cut: list[Fold],
    steps: _Steps,
) -> Iterator[pd.DataFrame]:
    """One table of predictions per fold and model, of the rows that share a model."""
    for fold in cut:
        train = rows.iloc[fold.train]
        if train["direction"].nunique() < 2:
            raise DataError(
                "DATA-ONECLASS",
                f"{printable(label)}: fold {fold.number} trains on {len(train)} rows of one direction; "
                "use more bars or fewer --folds",
            )
        for model in spec.every_model:
            chosen = inputs(names, entry(model).reads)
            estimator = _estimator(model, spec, chosen, rows)
            named = {"model": model, "fold": fold.number}
            named |= {PATH: fold.path} if fold.path is not None else {}
            yield _predict(estimator, rows, fold, chosen, classes).assign(**named)
            steps.step(f"{label} {model} fold {fold.number}")


def _folds(dates: np.ndarray, label_end: np.ndarray, spec: FoldSpec, label: str) -> list[Fold]:
    try:
        return list(split(dates, label_end, spec))
    except DataError as error:
        raise DataError(error.code, f"{printable(label)}: {error.message}") from error


def _estimator(model: str, spec: FitSpec, chosen: Inputs, rows: pd.DataFrame) -> Any:
    """An unfitted model with the arguments that the table decides filled in."""
    estimator = create(model, **spec.settings.get(model, {}))
    decided = {
        "channels": chosen.channels,
        "columns": tuple(chosen.columns),
        "horizon": horizon(rows),
        "overlap": overlap(rows),
        "random_state": spec.random_state,
    }
    wanted = estimator.get_params()
    return estimator.set_params(**{k: v for k, v in decided.items() if k in wanted})


def horizon(rows: pd.DataFrame) -> int:
    """Bars from a row's date to its label_end, as most rows of the table have it."""
    dates = np.unique(rows["date"].to_numpy())
    known = rows.dropna(subset=["label_end"])
    ahead = np.searchsorted(dates, known["label_end"]) - np.searchsorted(dates, known["date"])
    return max(int(np.median(ahead)), 1) if len(ahead) else 1


def overlap(rows: pd.DataFrame) -> int:
    """Rows before a row, by date, whose labels may reach beyond its date."""
    of_one_date = rows["date"].value_counts().max() if len(rows) else 1
    return horizon(rows) * int(of_one_date) - 1


def matrix(rows: pd.DataFrame, chosen: Inputs) -> np.ndarray:
    """What a model reads of each row, (n_rows, n_columns); one memory layout, so one rounding."""
    return np.ascontiguousarray(rows[chosen.columns].to_numpy("float64"))


def _fit(estimator: Any, X: np.ndarray, y: np.ndarray) -> None:
    try:
        estimator.fit(X, y)
    except ValueError as error:  # scikit-learn's word for a parameter that cannot be used
        raise UsageError("MODEL-PARAM", f"{type(estimator).__name__}: {printable(error)}") from error


def _predict(
    estimator: Any, rows: pd.DataFrame, fold: Fold, chosen: Inputs, classes: np.ndarray
) -> pd.DataFrame:
    """Fit on the training part, and the test rows with the probability of each class."""
    X = matrix(rows, chosen)
    _fit(estimator, X[fold.train], rows["direction"].iloc[fold.train].to_numpy("int64"))
    found = estimator.predict_proba(X[fold.test]).astype("float64")
    of_class = dict(zip(estimator.classes_, found.T, strict=True))
    test = rows.iloc[fold.test][[c for c in PREDICTIONS.columns if c in rows]]
    shown = [1] if set(classes) <= {0, 1} else [1, 0, -1]
    return test.assign(**{CLASS_COLUMNS[c]: of_class.get(c, np.zeros(len(test))) for c in shown})
