"""Training that sees test rows, and training that only looks as if it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.folds import FoldConfig
from signalcli.research.audit.selftest.case import AHEAD, FOLDS, Case, fit_case
from signalcli.research.audit.selftest.walker import Sample, fitted, probability, walker
from signalcli.training.folds import Fold, split
from signalcli.training.moments import Moments

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

Rows = Callable[[Sample], np.ndarray]


def training_cases() -> list[Case]:
    """Every case of training."""
    leaks = [fit_case("training", name, walker(learn), leaks=True) for name, learn in LEAKS.items()]
    controls = [fit_case("training", name, walker(learn), leaks=False) for name, learn in CONTROLS.items()]
    folds = [
        fit_case("folds", name, walker(_plain, refold), leaks=True, config=AHEAD)
        for name, refold in FOLD_LEAKS.items()
    ]
    purged = fit_case("folds", "horizon 5, purged", walker(_plain), leaks=False, config=AHEAD)
    return [*leaks, *folds, *controls, purged]


def _train(s: Sample) -> np.ndarray:
    return s.train


def _both(s: Sample) -> np.ndarray:
    return np.r_[s.train, s.test]


def _all(s: Sample) -> np.ndarray:
    return np.arange(len(s.y))


def _earlier(s: Sample) -> np.ndarray:
    return s.train[: 2 * len(s.train) // 3]


def _rest(s: Sample) -> np.ndarray:
    return s.train[2 * len(s.train) // 3 :]


def _plain(s: Sample) -> np.ndarray:
    return probability(fitted(s, s.train), s.X[s.test])


def _on(s: Sample, X: np.ndarray) -> np.ndarray:
    """Trained and tested on transformed features."""
    return probability(fitted(s, s.train, X), X[s.test])


def _known(X: np.ndarray, at: np.ndarray) -> np.ndarray:
    return X[at][np.isfinite(X[at]).all(axis=1)]


def _scaled(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.preprocessing import StandardScaler

    return lambda s: _on(s, StandardScaler().fit(_known(s.X, rows(s))).transform(s.X))


def _imputed(rows: Rows) -> Callable[[Sample], np.ndarray]:
    def learn(s: Sample) -> np.ndarray:
        X = np.where(np.abs(s.X) > 0.025, np.nan, s.X)  # large moves count as missing
        X = np.where(np.isnan(X), np.nanmean(X[rows(s)], axis=0), X)
        return _on(s, X)

    return learn


def _selected(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.feature_selection import SelectKBest, f_classif

    def learn(s: Sample) -> np.ndarray:
        use = s.labeled(rows(s))
        scores = SelectKBest(f_classif, k=3).fit(s.X[use], s.y[use]).scores_
        return _on(s, s.X * np.where(scores >= np.sort(scores)[-3], scores, 0.0) * 10)

    return learn


def _encoded(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Weekdays by the mean of their labels."""

    def learn(s: Sample) -> np.ndarray:
        day = (s.dates.astype("datetime64[D]").astype("int64") + 3) % 7
        use = s.labeled(rows(s))
        means = np.array(
            [np.mean(s.y[use][day[use] == d]) if (day[use] == d).any() else 0.5 for d in range(7)]
        )
        return _on(s, np.column_stack([s.X, means[day]]))

    return learn


def _counted(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Bins of a feature by how often they occur."""

    def learn(s: Sample) -> np.ndarray:
        code = np.clip(np.nan_to_num(s.X[:, 0]) * 100, -50, 50).astype(int)
        seen = np.array([np.mean(code[rows(s)] == c) for c in code])
        return _on(s, np.column_stack([s.X, seen]))

    return learn


def _clipped(rows: Rows) -> Callable[[Sample], np.ndarray]:
    def learn(s: Sample) -> np.ndarray:
        low, high = np.nanquantile(s.X[rows(s)], [0.05, 0.95], axis=0)
        return _on(s, np.clip(s.X, low, high))

    return learn


def _projected(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.decomposition import PCA

    def learn(s: Sample) -> np.ndarray:
        pca = PCA(3).fit(_known(s.X, rows(s)))
        return _on(
            s, np.where(np.isnan(s.X), np.nan, pca.transform(np.nan_to_num(s.X))[:, [0] * s.X.shape[1]])
        )

    return learn


def _ranked(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.preprocessing import QuantileTransformer

    def learn(s: Sample) -> np.ndarray:
        ranks = QuantileTransformer(n_quantiles=20).fit(_known(s.X, rows(s)))
        return _on(s, ranks.transform(s.X))

    return learn


def _stopped(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Epochs until the loss on some rows is lowest."""
    from sklearn.linear_model import SGDClassifier

    def learn(s: Sample) -> np.ndarray:
        fit, check = s.labeled(_earlier(s)), s.labeled(rows(s))
        model = SGDClassifier(loss="log_loss", random_state=0)
        losses, weights = [], []
        for _ in range(12):
            model.partial_fit(s.X[fit], s.y[fit], classes=[0.0, 1.0])
            p = np.clip(model.predict_proba(s.X[check])[:, 1], 1e-9, 1 - 1e-9)
            losses.append(-np.mean(np.log(np.where(s.y[check] == 1, p, 1 - p))) if len(check) else 0.0)
            weights.append((model.coef_.copy(), model.intercept_.copy()))
        model.coef_, model.intercept_ = weights[int(np.argmin(losses))]
        return probability(model, s.X[s.test])

    return learn


def _thresholded(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Probabilities moved so that one half is the best threshold on some rows."""

    def learn(s: Sample) -> np.ndarray:
        model, use = fitted(s, s.train), s.labeled(rows(s))
        p = probability(model, s.X[use])
        cuts = np.quantile(p, np.linspace(0.1, 0.9, 17)) if len(p) else np.array([0.5])
        best = cuts[int(np.argmax([np.mean((p > c) == s.y[use]) for c in cuts]))] if len(p) else 0.5
        return np.clip(probability(model, s.X[s.test]) - best + 0.5, 0, 1)

    return learn


def _calibrated(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    def learn(s: Sample) -> np.ndarray:
        model, use = fitted(s, _earlier(s)), s.labeled(rows(s))
        score = model.decision_function(s.X[use])[:, np.newaxis]
        curve = LogisticRegression().fit(score, s.y[use])
        known = np.isfinite(s.X[s.test]).all(axis=1)
        out = np.full(len(s.test), np.nan)
        if known.any():
            out[known] = curve.predict_proba(model.decision_function(s.X[s.test][known])[:, np.newaxis])[
                :, -1
            ]
        return out

    return learn


def _isotonic(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.isotonic import IsotonicRegression

    def learn(s: Sample) -> np.ndarray:
        model, use = fitted(s, _earlier(s)), s.labeled(rows(s))
        curve = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
        curve.fit(probability(model, s.X[use]), s.y[use])
        p = probability(model, s.X[s.test])
        return np.where(np.isnan(p), np.nan, curve.predict(np.nan_to_num(p)))

    return learn


def _members(s: Sample, at: np.ndarray) -> list[LogisticRegression]:
    return [fitted(s, at, C=c) for c in (0.01, 1.0, 100.0)]


def _stacked(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    def learn(s: Sample) -> np.ndarray:
        members, use = _members(s, _earlier(s)), s.labeled(rows(s))
        inner = np.column_stack([probability(m, s.X[use]) for m in members])
        top = LogisticRegression(C=10.0).fit(inner, s.y[use])
        return probability(top, np.column_stack([probability(m, s.X[s.test]) for m in members]))

    return learn


def _log_loss(model: LogisticRegression, s: Sample, use: np.ndarray) -> float:
    p = np.clip(probability(model, s.X[use]), 1e-9, 1 - 1e-9)
    return float(-np.mean(np.log(np.where(s.y[use] == 1, p, 1 - p)))) if len(use) else 0.0


def _weighted(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Members weighted by their score on some rows."""

    def learn(s: Sample) -> np.ndarray:
        members, use = _members(s, _earlier(s)), s.labeled(rows(s))
        weights = np.exp([-10 * _log_loss(m, s, use) for m in members])
        p = np.column_stack([probability(m, s.X[s.test]) for m in members])
        return p @ weights / weights.sum()

    return learn


def _tuned(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """The penalty with the lowest loss on some rows."""

    def learn(s: Sample) -> np.ndarray:
        candidates = [fitted(s, _earlier(s), C=c) for c in 10.0 ** np.linspace(-4, 4, 9)]
        losses = [_log_loss(model, s, s.labeled(rows(s))) for model in candidates]
        return probability(candidates[int(np.argmin(losses))], s.X[s.test])

    return learn


def _trained_on(rows: Rows) -> Callable[[Sample], np.ndarray]:
    return lambda s: probability(fitted(s, rows(s)), s.X[s.test])


def _neighbors(rows: Rows) -> Callable[[Sample], np.ndarray]:
    from sklearn.neighbors import KNeighborsClassifier

    def learn(s: Sample) -> np.ndarray:
        use = s.labeled(rows(s))
        model = KNeighborsClassifier(15, weights="distance").fit(s.X[use], s.y[use])
        return probability(model, s.X[s.test])

    return learn


def _balanced(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Prior moved to the share of up among some rows."""

    def learn(s: Sample) -> np.ndarray:
        model, use = fitted(s, s.train), s.labeled(rows(s))
        shift = np.mean(s.y[use]) - np.mean(s.y[s.labeled(s.train)])
        return np.clip(probability(model, s.X[s.test]) + shift, 0, 1)

    return learn


def _weights_by_likeness(rows: Rows) -> Callable[[Sample], np.ndarray]:
    """Training rows weighted by how near they are to the middle of some rows."""
    from sklearn.linear_model import LogisticRegression

    def learn(s: Sample) -> np.ndarray:
        use = s.labeled(s.train)
        distance = np.abs(s.X[use] - np.nanmean(s.X[rows(s)], axis=0)).sum(axis=1)
        model = LogisticRegression().fit(s.X[use], s.y[use], sample_weight=np.exp(-10 * distance))
        return probability(model, s.X[s.test])

    return learn


def _demeaned(rows: Rows) -> Callable[[Sample], np.ndarray]:
    return lambda s: _on(s, s.X - np.nanmean(s.X[rows(s)], axis=0) * np.arange(1, s.X.shape[1] + 1))


def _self_trained(s: Sample) -> np.ndarray:
    """Test rows with predicted labels are added to the training rows."""
    from sklearn.linear_model import LogisticRegression

    first = fitted(s, s.train)
    use, test = s.labeled(s.train), s.test[np.isfinite(s.X[s.test]).all(axis=1)]
    if not len(test):
        return np.full(len(s.test), np.nan)
    guessed = first.predict(s.X[test])
    second = LogisticRegression().fit(np.r_[s.X[use], s.X[test]], np.r_[s.y[use], guessed])
    return probability(second, s.X[s.test])


def _online(s: Sample) -> np.ndarray:
    """Trained again at each test row, on all labels that are known by its date."""
    out = np.full(len(s.test), np.nan)
    for place, row in enumerate(s.test):
        if place % 40 == 0:
            known = np.flatnonzero(s.ends <= s.dates[row])
            model = fitted(s, known)
        out[place : place + 1] = probability(model, s.X[row : row + 1])
    return out


def _recent(s: Sample) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    use = s.labeled(s.train)
    age = np.arange(len(use))[::-1]
    model = LogisticRegression().fit(s.X[use], s.y[use], sample_weight=0.99**age)
    return probability(model, s.X[s.test])


def _shuffled_inside(s: Sample) -> np.ndarray:
    """The penalty by shuffled cross-validation inside the training part: unwise, but nothing leaks out."""
    from sklearn.model_selection import KFold

    use = s.labeled(s.train)
    losses = []
    for c in (0.01, 1.0):
        parts = KFold(2, shuffle=True, random_state=0).split(use)
        losses.append(sum(_log_loss(fitted(s, use[a], C=c), s, use[b]) for a, b in parts))
    return probability(fitted(s, use, C=(0.01, 1.0)[int(np.argmin(losses))]), s.X[s.test])


def _by_row(s: Sample) -> np.ndarray:
    """Each row scaled by its own columns."""
    return _on(s, (s.X - s.X.mean(axis=1, keepdims=True)) / (s.X.std(axis=1, keepdims=True) + 1e-12))


def _shuffled_folds(dates: np.ndarray, _: np.ndarray) -> list[Fold]:
    from sklearn.model_selection import KFold

    parts = KFold(2, shuffle=True, random_state=0).split(dates)
    return [Fold(k, train, test, 0, None) for k, (train, test) in enumerate(parts, 1)]


def _plain_folds(dates: np.ndarray, _: np.ndarray) -> list[Fold]:
    from sklearn.model_selection import KFold

    parts = KFold(3).split(dates)
    return [Fold(k, train, test, 0, None) for k, (train, test) in enumerate(parts, 1)]


def _unpurged(dates: np.ndarray, ends: np.ndarray) -> list[Fold]:
    """Rows are separated, labels are not."""
    return list(split(dates, np.where(np.isnat(ends), ends, dates), FOLDS, Moments(dates, dates)))


def _one_row_over(dates: np.ndarray, ends: np.ndarray) -> list[Fold]:
    """The first test row is trained on as well."""
    folds = split(dates, ends, FOLDS)
    return [Fold(f.number, np.r_[f.train, f.test[:1]], f.test, 0, None) for f in folds]


def _later_rows_too(dates: np.ndarray, ends: np.ndarray) -> list[Fold]:
    """Everything but the test part, without a border behind it."""
    folds = split(dates, ends, FoldConfig(folds=3))
    every = np.arange(len(dates))
    return [Fold(f.number, np.setdiff1d(every, f.test), f.test, 0, None) for f in folds]


LEAKS = {
    "scaler fitted on all rows": _scaled(_all),
    "scaler fitted on training and test rows": _scaled(_both),
    "imputer fitted on all rows": _imputed(_all),
    "imputer fitted on training and test rows": _imputed(_both),
    "columns selected on all rows": _selected(_all),
    "columns selected on training and test rows": _selected(_both),
    "target encoder fitted on all rows": _encoded(_all),
    "frequency encoder fitted on all rows": _counted(_all),
    "clipping bounds of all rows": _clipped(_all),
    "projection fitted on all rows": _projected(_all),
    "ranks among all rows": _ranked(_all),
    "stopped early by test rows": _stopped(lambda s: s.test),
    "threshold chosen on test rows": _thresholded(lambda s: s.test),
    "calibrated on test rows": _calibrated(_both),
    "isotonic calibration on test rows": _isotonic(_both),
    "stacked on test rows": _stacked(_both),
    "members weighted by their test score": _weighted(lambda s: s.test),
    "penalty tuned on test rows": _tuned(lambda s: s.test),
    "fitted on training and test rows": _trained_on(_both),
    "neighbors among test rows": _neighbors(_both),
    "prior of all labels": _balanced(_all),
    "rows weighted by likeness to test rows": _weights_by_likeness(lambda s: s.test),
    "means of all rows removed": _demeaned(_all),
    "self-training on test rows": _self_trained,
}
FOLD_LEAKS = {
    "shuffled folds": _shuffled_folds,
    "k-fold without order": _plain_folds,
    "labels over the border": _unpurged,
    "training ends one row late": _one_row_over,
    "later rows in the training part": _later_rows_too,
}
CONTROLS = {
    "scaler fitted on training rows": _scaled(_train),
    "imputer fitted on training rows": _imputed(_train),
    "columns selected on training rows": _selected(_train),
    "target encoder fitted on training rows": _encoded(_train),
    "stopped early by the last training rows": _stopped(_rest),
    "threshold chosen on training rows": _thresholded(_train),
    "calibrated on the last training rows": _calibrated(_rest),
    "stacked on the last training rows": _stacked(_rest),
    "members weighted by their training score": _weighted(_rest),
    "penalty by shuffled folds inside the training part": _shuffled_inside,
    "trained again as labels become known": _online,
    "recent rows weigh more": _recent,
    "each row scaled by its own columns": _by_row,
    "neighbors among training rows": _neighbors(_train),
}
