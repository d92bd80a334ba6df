"""FEATURES × models × folds → PREDICTIONS, out of sample only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, UsageError, printable
from signalcli.features.labels.classes import directions
from signalcli.models.inputs import Inputs, inputs
from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.models.meta.sample_weight import fit_weighed
from signalcli.models.registry import FROM_TABLE, create, entry
from signalcli.schemas import (
    BAND,
    CLASS_COLUMNS,
    FITTED_BASELINES,
    PATH,
    PREDICTIONS,
    SEED_SIGN,
    WEIGHT,
    check,
    feature_columns,
)
from signalcli.training.folds import Fold, split
from signalcli.training.parallel import each, one_blas_thread
from signalcli.training.progress import Progress, Step, Steps
from signalcli.training.seeds import named, repeats

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.models.base import Watch

EVERY_SYMBOL = "all symbols"


def walk_forward(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    progress: Progress | None = None,
    jobs: int = 1,
) -> pd.DataFrame:
    """PREDICTIONS of every model for every test row; the same bytes for any number of ``jobs``.

    With several ``seeds`` a model that draws random numbers stands there once a seed, as ``lstm@0``. A row
    with an unknown feature is neither trained on nor tested. A row whose target is not resolved yet is tested
    all the same: its prediction is the newest signal.

    Raises
    ------
    DataError
        When there are too few usable rows, or a training part knows one direction only.
    """
    import pandas as pd

    _refuse_settings(config)  # before the first fit
    if config.seeds == 1:
        return _walk(features, config, folds, progress, jobs)
    first, *further = (named(_walk(features, one, folds, progress, jobs), one) for one in repeats(config))
    again = [part[part["model"].str.contains(SEED_SIGN, regex=False)] for part in further]
    return check(pd.concat([first, *again], ignore_index=True), PREDICTIONS, "predictions")


def _walk(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig, progress: Progress | None, jobs: int
) -> pd.DataFrame:
    """`walk_forward` with one seed."""
    import pandas as pd

    names = feature_columns(features)
    planned = list(plan(features, config, folds))
    given = _Given(planned, names, directions([rows for _, rows, _ in planned]), config)
    predictions = pd.concat(_parts(given, progress, jobs), ignore_index=True)
    further = [
        c for c in (*CLASS_COLUMNS.values(), BAND, PATH) if c in predictions and c not in PREDICTIONS.columns
    ]
    return check(predictions[[*PREDICTIONS.columns, *further]], PREDICTIONS, "predictions")


def plan(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> Iterator[tuple[str, pd.DataFrame, list[Fold]]]:
    """The rows that share a model, by date, under the symbol's name, and their folds; nothing is fitted."""
    usable = _usable(sealed(features, folds), feature_columns(features))
    for symbol, of_group in _groups(usable, config):
        label = str(symbol or EVERY_SYMBOL)
        rows = of_group.reset_index(drop=True)
        # no label, no end
        label_end = rows["label_end"].where(rows["direction"].notna()).to_numpy()
        yield label, rows, _folds(rows["date"].to_numpy(), label_end, folds, label)


def sealed(features: pd.DataFrame, folds: FoldConfig) -> pd.DataFrame:
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


def refit(features: pd.DataFrame, config: FitConfig, folds: FoldConfig | None = None) -> Iterator[Refit]:
    """Fit the first model of ``spec`` on all resolved rows, one per symbol or pooled, as each fold does.

    A sealed hold-out of ``folds`` stays sealed.
    """
    _refuse_settings(config)
    names, model = feature_columns(features), config.models[0]
    for symbol, rows in _groups(_usable(sealed(features, folds or FoldConfig()), names), config):
        resolved = rows[rows["direction"].notna() & rows["label_end"].notna()].reset_index(drop=True)
        if resolved["direction"].nunique() < 2:
            raise DataError("DATA-ONECLASS", f"{printable(symbol or 'all symbols')}: one direction only")
        chosen = inputs(names, entry(model).reads)
        estimator = _wrapped(_estimator(model, config, chosen, rows), model, config, overlap(rows))
        answers = resolved["direction"].to_numpy("int64")
        _fit(estimator, matrix(resolved, chosen), answers, weights(resolved))
        yield Refit(symbol, model, estimator, chosen, resolved)


def _groups(usable: pd.DataFrame, config: FitConfig) -> list[tuple[Any, pd.DataFrame]]:
    """Rows that share a model, by date: models that stop early look at the last part of their rows."""
    by_date = usable.sort_values(["date", "symbol"], kind="stable")
    return [(None, by_date)] if config.pooled else list(by_date.groupby("symbol", sort=True))


def _refuse_settings(config: FitConfig) -> None:
    """A wrong name of a model or parameter, or one that is not the user's to set, is a UsageError."""
    for model in config.every_model:
        settings = config.settings.get(model, {})
        create(model, **settings)
        for name in set(FROM_TABLE) & set(settings):
            raise UsageError(
                "MODEL-PARAM",
                f"{model}.{name} is not set: the seed and the features decide it for all models",
            )


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


class _Given(NamedTuple):
    """What every fit is made from: the rows that share a model with their label and folds, and the rest."""

    planned: list[tuple[str, pd.DataFrame, list[Fold]]]
    names: list[str]
    classes: tuple[int, ...]
    config: FitConfig


class _Task(NamedTuple):
    """One fit: numbers in the plan, and a model."""

    group: int
    fold: int
    model: str


def _parts(given: _Given, progress: Progress | None, jobs: int) -> Iterator[pd.DataFrame]:
    """One table of predictions per group, fold and model."""
    tasks = [
        _Task(group, fold, model)
        for group, (_, _, cut) in enumerate(given.planned)
        for fold in range(len(cut))
        for model in given.config.every_model
    ]
    steps = Steps(progress, [_step(given, task) for task in tasks])
    # Epochs are told by this process only; of others one hears when a fit is done.
    work = partial(_fitted, watch=steps.epoch) if progress and jobs == 1 else _fitted
    for part in each(work, given, tasks, jobs):
        steps.fit()
        yield part


def _step(given: _Given, task: _Task) -> Step:
    label, _, cut = given.planned[task.group]
    return Step(label, task.model, cut[task.fold].number, len(cut), 0, 0)


def _fitted(given: _Given, task: _Task, watch: Watch | None = None) -> pd.DataFrame:
    """Predictions of one model for one fold."""
    label, rows, cut = given.planned[task.group]
    fold, model = cut[task.fold], task.model
    if rows["direction"].iloc[fold.train].nunique() < 2:
        raise DataError(
            "DATA-ONECLASS",
            f"{printable(label)}: fold {fold.number} trains on {len(fold.train)} rows of one direction; "
            "use more bars or fewer --folds",
        )
    chosen = inputs(given.names, entry(model).reads)
    estimator = _estimator(model, given.config, chosen, rows)
    estimator.watch = watch
    estimator = _wrapped(estimator, model, given.config, overlap(rows))
    named = {"model": model, "fold": fold.number}
    named |= {PATH: fold.path} if fold.path is not None else {}
    with one_blas_thread(model):
        return _predict(estimator, rows, fold, chosen, given.classes).assign(**named)


def _wrapped(estimator: Any, model: str, config: FitConfig, reach: int) -> Any:
    """The model with its probabilities rescaled, and a band, where that is wanted; never a baseline."""
    if model in FITTED_BASELINES:
        return estimator
    scaled = estimator if config.calibrate is None else Calibrated(estimator, config.calibrate, reach)
    return scaled if config.coverage is None else Conformal(scaled, config.coverage, reach)


def _folds(dates: np.ndarray, label_end: np.ndarray, config: FoldConfig, label: str) -> list[Fold]:
    try:
        return list(split(dates, label_end, config))
    except DataError as error:
        raise DataError(error.code, f"{printable(label)}: {error.message}") from error


def _estimator(model: str, config: FitConfig, chosen: Inputs, rows: pd.DataFrame) -> Any:
    """An unfitted model with the arguments that the table decides filled in."""
    estimator = create(model, **config.settings.get(model, {}))
    decided = {
        "channels": chosen.channels,
        "columns": tuple(chosen.columns),
        "horizon": horizon(rows),
        "overlap": overlap(rows),
        "random_state": config.random_state,
    }
    wanted = estimator.get_params()
    return estimator.set_params(**{k: v for k, v in decided.items() if k in wanted})


def horizon(rows: pd.DataFrame) -> int:
    """Bars from a row's date to its label_end, as most rows of the table have it."""
    dates = np.unique(rows["date"].to_numpy())
    known = rows[["date", "label_end"]].dropna()
    ahead = np.searchsorted(dates, known["label_end"]) - np.searchsorted(dates, known["date"])
    return max(int(np.median(ahead)), 1) if len(ahead) else 1


def overlap(rows: pd.DataFrame) -> int:
    """Rows before a row, by date, whose labels may reach beyond its date."""
    of_one_date = rows["date"].value_counts().max() if len(rows) else 1
    return horizon(rows) * int(of_one_date) - 1


def matrix(rows: pd.DataFrame, chosen: Inputs) -> np.ndarray:
    """What a model reads of each row, (n_rows, n_columns); one memory layout, so one rounding."""
    return _matrix(rows, chosen, np.arange(len(rows)))


def _matrix(rows: pd.DataFrame, chosen: Inputs, at: np.ndarray) -> np.ndarray:
    """`matrix` of some rows. Column by column: a copy of all of a large table would not fit beside it."""
    out = np.empty((len(at), len(chosen.columns)))
    for number, column in enumerate(chosen.columns):
        out[:, number] = rows[column].to_numpy("float64")[at]
    return out


def weights(rows: pd.DataFrame) -> np.ndarray | None:
    """The ``weight`` of each row, where features wrote one; None otherwise."""
    return rows[WEIGHT].to_numpy("float64") if WEIGHT in rows else None


def _fit(estimator: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
    """Fit, with weights of rows where the model knows them."""
    try:
        fit_weighed(estimator, X, y, weight)
    except ValueError as error:  # scikit-learn's word for a parameter that cannot be used
        raise UsageError("MODEL-PARAM", f"{type(estimator).__name__}: {printable(error)}") from error


def _predict(
    estimator: Any, rows: pd.DataFrame, fold: Fold, chosen: Inputs, classes: tuple[int, ...]
) -> pd.DataFrame:
    """Fit on the training part, and the test rows with the probability of each class."""
    train = rows[["direction", *({WEIGHT} & set(rows))]].iloc[fold.train]
    _fit(estimator, _matrix(rows, chosen, fold.train), train["direction"].to_numpy("int64"), weights(train))
    found = estimator.predict_proba(_matrix(rows, chosen, fold.test)).astype("float64")
    of_class = dict(zip(estimator.classes_, found.T, strict=True))
    test = rows.iloc[fold.test][[c for c in PREDICTIONS.columns if c in rows]]
    shown = classes[::-1] if len(classes) == 3 else classes[1:]
    said = {CLASS_COLUMNS[c]: of_class.get(c, np.zeros(len(test))) for c in shown}
    return test.assign(**said, **({BAND: estimator.band_} if isinstance(estimator, Conformal) else {}))
