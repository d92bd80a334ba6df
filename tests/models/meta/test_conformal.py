"""The no-trade band: its coverage is kept, it knows the training part alone, and the backtest obeys it."""

import numpy as np
import pytest
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin

from shell import run
from signalcli.backtesting.simulate import backtest
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import UsageError
from signalcli.evaluation.scorecard import scorecard
from signalcli.features.build import build
from signalcli.models.meta.conformal import Conformal, _quantile, _scores, adaptive_bands
from signalcli.models.prediction_sets import in_set, is_decided
from signalcli.schemas import BAND, FITTED_BASELINES
from signalcli.training.walk_forward import walk_forward


class Told(ClassifierMixin, BaseEstimator):
    """Says the softmax of its columns; remembers what it was fitted on."""

    seen: list[np.ndarray] = []  # noqa: RUF012 (read by the tests)

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        Told.seen.append(X)
        return self

    def predict_proba(self, X):
        e = np.exp(X)
        return e / e.sum(axis=1, keepdims=True)


def draws(n, classes, seed, truth=1.0):
    """Columns whose softmax, to the power of ``truth``, is the probability of each class."""
    rng = np.random.default_rng(seed)
    X = rng.normal(0, 1.0, (n, classes))
    p = np.exp(truth * X)
    p /= p.sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > np.cumsum(p, axis=1)).sum(axis=1)
    return X, y - 1 if classes == 3 else y


def sets_of(model, X):
    return in_set(model.predict_proba(X), np.full(len(X), model.band_))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(("coverage", "truth"), [(0.9, 1.0), (0.9, 0.2), (0.7, 1.0), (0.6, 3.0)])
def test_coverage_is_kept_whatever_the_model_is_worth(classes, coverage, truth):
    """The mean over many models of a new row's coverage: a test at four standard errors, both sides."""
    labels = np.arange(classes) - (classes == 3)
    hits = []
    for seed in range(400):
        X, y = draws(400, classes, seed, truth)
        model = Conformal(Told(), coverage, 0).fit(X, y)
        later, truth_of_later = draws(50, classes, 10_000 + seed, truth)
        held = sets_of(model, later)
        hits.append(held[np.arange(50), np.searchsorted(labels, truth_of_later)].mean())
    error = np.std(hits) / np.sqrt(len(hits))
    assert np.mean(hits) > coverage - 4 * error
    accurate = np.mean([model.predict_proba(later).argmax(axis=1) == np.searchsorted(labels, truth_of_later)])
    if accurate < coverage - 0.1:  # else deciding every row already covers more
        assert np.mean(hits) < coverage + 1 / 101 + 4 * error


def test_wrong_decisions_are_as_rare_as_promised():
    """On a fair coin that boasts, few rows are decided, and the wrong ones are at most 1 in 10 of all."""
    wrong, share = [], []
    for seed in range(300):
        X, y = draws(800, 2, seed, truth=0.0)
        model = Conformal(Told(), 0.9, 0).fit(X, y)
        p = model.predict_proba(X[:1])
        later, answers = draws(100, 2, 5_000 + seed, truth=0.0)
        p = model.predict_proba(later)
        sure = is_decided(p, np.full(100, model.band_))
        wrong.append(np.mean(sure & (p.argmax(axis=1) != answers)))
        share.append(sure.mean())
    assert np.mean(wrong) <= 0.1 + 4 * np.std(wrong) / np.sqrt(300)
    assert 0.1 < np.mean(share) < 0.3


def test_more_coverage_never_narrows_the_band():
    X, y = draws(1000, 3, 0)
    bands = [Conformal(Told(), c, 0).fit(X, y).band_ for c in (0.5, 0.7, 0.9, 0.95, 0.99)]
    assert bands == sorted(bands)
    assert bands[0] < bands[-1]


def test_sets_by_hand():
    p = np.array([[0.6, 0.3, 0.1], [0.4, 0.35, 0.25], [0.4, 0.4, 0.2], [0.2, 0.1, 0.7]])
    assert in_set(p, np.full(4, 0.5)).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, False],
        [False, False, True],
    ]
    assert is_decided(p, np.full(4, 0.5)).tolist() == [True, False, False, True]
    assert is_decided(p, np.full(4, 0.65)).tolist() == [False, False, False, True]
    assert is_decided(p, np.full(4, np.nan)).all()


def test_the_band_is_the_quantile_of_the_later_rows():
    X, y = draws(400, 2, 1)
    model = Conformal(Told(), 0.9, 0).fit(X, y)
    p = model.predict_proba(X[300:])
    wrong = p.argmax(axis=1) != y[300:]
    scores = np.sort(np.where(wrong, p.max(axis=1), 0.0))
    assert model.band_ == pytest.approx(scores[int(np.ceil(101 * 0.9)) - 1], abs=1e-15)


def test_what_it_is_learnt_from_was_not_fitted_and_no_label_reaches_into_it():
    X, y = draws(400, 2, 2)
    Told.seen.clear()
    Conformal(Told(), 0.9, overlap=7).fit(X, y)
    (early,) = Told.seen
    assert early.tolist() == X[: 300 - 7].tolist()


def test_of_too_few_rows_nothing_is_decided():
    X, y = draws(30, 2, 3)
    assert Conformal(Told(), 0.9, 0).fit(X, y).band_ == 1.0  # 8 rows cannot vouch for 9 of 10
    one_sided = np.r_[np.zeros(25, dtype=int), np.ones(5, dtype=int)]
    model = Conformal(Told(), 0.5, 0).fit(X, one_sided)
    assert model.band_ == 1.0
    assert not is_decided(model.predict_proba(X), np.full(30, model.band_)).any()


class Fixed(ClassifierMixin, BaseEstimator):
    """Says its columns; remembers its weights."""

    weights: list[np.ndarray] = []  # noqa: RUF012 (read by the tests)

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        Fixed.weights.append(sample_weight)
        return self

    def predict_proba(self, X):
        return X[:, : len(self.classes_)]


def test_a_class_that_the_model_never_saw_is_in_no_set_but_the_whole():
    """25 later rows, 5 of them of a class without an earlier row: 24 of 26 ranks need the whole set.

    The other rows are certain of their class, .1 · k of the mass beside it: scores 0.
    """
    y = np.r_[np.tile([-1, 1], 38)[:75], np.tile([-1, 1], 10), np.zeros(5, dtype=int)]
    X = np.column_stack([y < 0, y > 0, np.zeros(100)]).astype("float64")
    assert Conformal(Fixed(), 0.9, 0).fit(X, y).band_ == 1.0, "rank 24 of 25"
    assert Conformal(Fixed(), 0.77, 0).fit(X, y).band_ == 1.0, "rank 21 of 25"
    assert Conformal(Fixed(), 0.76, 0).fit(X, y).band_ == 0.0, "rank 20 of 25"


def test_scores_are_the_mass_above_the_true_class():
    p = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.2, 0.5, 0.3]])
    found = _scores(p, np.array([-1, 0, 1]), np.array([-1, 0, 1, 1]))
    assert found.tolist() == pytest.approx([0, 0.6, 0.9, 0.5])
    two = _scores(p[:2, :2], np.array([-1, 1]), np.array([1, -1]))
    assert two.tolist() == pytest.approx([0.7, 0.0]), "two classes: what the second one leaves"
    unknown = _scores(p, np.array([-1, 0, 1]), np.array([2, -2, 5, 0]))
    assert unknown.tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("coverage", "band"),
    [(0.0, 0.1), (0.01, 0.1), (0.2, 0.1), (0.21, 0.2), (0.6, 0.3), (0.61, 0.4), (0.8, 0.4), (0.81, 1.0)],
)
def test_the_quantile_by_hand(coverage, band):
    """Four scores, so the rank is 5 · coverage, rounded up, and at least 1."""
    assert _quantile(np.array([0.4, 0.1, 0.3, 0.2]), coverage) == band


def test_weights_go_with_the_earlier_rows():
    Fixed.weights.clear()
    p = np.full((100, 2), 0.5)
    y = np.arange(100) % 2
    Conformal(Fixed(), 0.9, 5).fit(p, y, np.arange(100.0))
    assert [w.tolist() for w in Fixed.weights] == [list(range(70))]
    Conformal(Fixed(), 0.9, 5).fit(p, y)
    one_sided = np.r_[np.zeros(80, dtype=int), np.ones(20, dtype=int)]
    Conformal(Fixed(), 0.9, 5).fit(p, one_sided, np.arange(100.0))
    assert Fixed.weights[1] is None
    assert Fixed.weights[2].tolist() == list(range(100)), "one class only: all rows, and no band"


def test_without_scores_bands_adapt_to_nothing():
    one_sided = np.r_[np.zeros(80, dtype=int), np.ones(20, dtype=int)]
    p, days = np.tile([0.6, 0.4], (100, 1)), np.datetime64("2024-01-01") + np.arange(3)
    model = Conformal(Fixed(), 0.5, 0, aci=0.2).fit(p, one_sided)
    assert model.bands(p[:3], np.zeros(3), days, days + 1).tolist() == [1.0, 1.0, 1.0]


def test_bands_that_adapt_know_the_outcomes_of_the_past_alone():
    """Scores .1 … .9, coverage .5, rate .2: after an error 1 - .5 + .2 · .5 = .6 is wanted, rank 6 of 10."""
    calibration = np.arange(1, 10) / 10
    days = np.datetime64("2024-01-01") + np.arange(5)
    ends = days + 2
    bands = adaptive_bands(calibration, np.array([0.8, 0.1, 0.7, 0.9, 0.0]), days, ends, 0.5, 0.2)
    assert bands.tolist() == [0.5, 0.5, 0.6, 0.5, 0.6]
    ends[0] = np.datetime64("NaT")
    unknown = adaptive_bands(calibration, np.array([0.8, 0.1, 0.7, 0.9, 0.0]), days, ends, 0.5, 0.2)
    assert unknown.tolist() == [0.5, 0.5, 0.5, 0.4, 0.5]


def test_unknown_outcomes_adapt_nothing():
    """The model says .6 down: its score is 0 for down and .6 for up, above the band of .5."""
    y = np.arange(100) % 2
    model = Conformal(Fixed(), 0.5, 0, aci=0.2).fit(np.tile([0.6, 0.4], (100, 1)), y)
    model.scores_ = np.arange(1, 10) / 10
    days = np.datetime64("2024-01-01") + np.arange(4)
    p = np.tile([0.6, 0.4], (4, 1))
    ends = days + 1
    found = model.bands(p, np.array([1.0, 0.0, np.nan, 1.0]), days, ends)
    assert found.tolist() == [0.5, 0.6, 0.5, 0.5]
    ends[0] = np.datetime64("NaT")
    assert model.bands(p, np.array([1.0, 0.0, np.nan, 1.0]), days, ends).tolist() == [0.5, 0.5, 0.4, 0.4]


# ---- in the river


def features(process="ar1", zone=0.0, rows=1200, seed=2):
    bars = synthetic_bars(process, rows=rows, seed=seed, **({"phi": 0.5} if process == "ar1" else {}))
    return build(bars, FeatureConfig(window=5, dead_zone=zone, sets=("lags",)))


@pytest.fixture(scope="module")
def predictions():
    return walk_forward(features(), FitConfig(("logistic",), coverage=0.8), FoldConfig(3))


def test_models_have_a_band_a_fold_and_baselines_none(predictions):
    of_baseline = predictions["model"].isin(FITTED_BASELINES)
    assert predictions.loc[of_baseline, BAND].isna().all()
    bands = predictions[~of_baseline].groupby("fold")[BAND].nunique()
    assert bands.tolist() == [1, 1, 1]


def test_rows_that_are_tested_do_not_move_the_band(predictions):
    table = features()
    fold = predictions[predictions["fold"] == 3]
    changed = table.copy()
    later = changed["date"] >= fold["date"].min()
    changed.loc[later, "direction"] = 1 - changed.loc[later, "direction"]
    numbers = [c for c in changed if "_lag" in c]
    changed.loc[later, numbers] = changed.loc[later, numbers] * -3.0
    again = walk_forward(changed, FitConfig(("logistic",), coverage=0.8), FoldConfig(3))
    expected, found = (
        t.loc[(t["fold"] == 3) & (t["model"] == "logistic"), BAND].to_numpy() for t in (predictions, again)
    )
    np.testing.assert_array_equal(found, expected)


def test_no_position_is_taken_within_the_band(predictions):
    booked = backtest(predictions)
    model = booked[booked["model"] == "logistic"]
    sure = model[["p_up"]].assign(down=1 - model["p_up"]).max(axis=1) > model[BAND]
    assert (model["position"] != 0).tolist() == sure.tolist()
    assert 0.1 < sure.mean() < 0.9
    others = booked[booked["model"].isin(["buy_hold", "ar1"])]
    assert (others["position"] != 0).mean() > 0.99
    sized = backtest(predictions, TradingRule(sizing="probability"))
    assert (sized.loc[sized["model"] == "logistic", "position"].to_numpy()[~sure.to_numpy()] == 0).all()


def test_the_scorecard_says_what_became_of_the_promise(predictions):
    card = scorecard(backtest(predictions)).set_index("model")
    rows = predictions[(predictions["model"] == "logistic") & predictions["direction"].notna()]
    up, y = rows["p_up"].to_numpy(), rows["direction"].to_numpy("int64")
    sure = np.maximum(up, 1 - up) > rows[BAND].to_numpy()
    right = (up > 0.5) == (y == 1)
    assert card.loc["logistic", "decided"] == pytest.approx(sure.mean())
    assert card.loc["logistic", "decided_accuracy"] == pytest.approx(right[sure].mean())
    assert card.loc["logistic", "coverage"] == pytest.approx((right | ~sure).mean())
    assert card.loc["logistic", "coverage"] > 0.8 - 4 * np.sqrt(0.8 * 0.2 / len(rows))
    assert right[sure].mean() > right.mean()
    assert card.loc[["buy_hold", "ar1"], ["coverage", "decided", "decided_accuracy"]].isna().all(axis=None)
    first = predictions.assign(model=predictions["model"].replace("logistic", "a_model"))
    first = first.sort_values(["symbol", "date", "model"], ignore_index=True)
    assert np.isnan(scorecard(backtest(first)).set_index("model").loc["buy_hold", "decided"])


def test_three_classes_and_a_decided_flat_row(predictions):
    table = features(zone=0.004)
    said = walk_forward(table, FitConfig(("logistic",), coverage=0.6), FoldConfig(3))
    mine = said[said["model"] == "logistic"]
    p = mine[["p_down", "p_flat", "p_up"]].to_numpy()
    sure = p.max(axis=1) > mine[BAND].to_numpy()
    booked = backtest(said, TradingRule(threshold=0.3))
    position = booked.loc[booked["model"] == "logistic", "position"].to_numpy()
    assert (position[~sure] == 0).all()
    assert (position[sure] == p[sure].argmax(axis=1) - 1).all()
    assert sure.any()
    card = scorecard(booked).set_index("model").loc["logistic"]
    rows = (mine["direction"].notna()).to_numpy()
    held = in_set(p, mine[BAND].to_numpy())[rows]
    y = mine["direction"].dropna().to_numpy("int64") + 1
    assert card["coverage"] == pytest.approx(held[np.arange(len(y)), y].mean())
    low = stats.binom.ppf(1e-4, len(y), 0.6) / len(y)
    assert card["coverage"] >= low


def test_a_coverage_that_cannot_be_meant():
    for coverage in (0.3, 1.0, 7):
        with pytest.raises(UsageError, match="--coverage"):
            FitConfig(coverage=coverage)


def test_at_the_command_line_the_pipe_and_run_agree(tmp_path):
    bars = run("fetch walk --source synthetic --rows 400 --seed 3")
    options = "--model logistic --folds 2 --coverage 0.7 --calibrate platt"
    predictions = run(f"fit {options}", run("features -w 5 --sets lags", bars))
    assert predictions.splitlines()[0].endswith("p_up,band,horizon")
    card = run("backtest", predictions)
    assert card.splitlines()[0].endswith("profit_factor,coverage,decided,decided_accuracy")
    synthetic = "run walk --source synthetic --rows 400 --seed 3 -w 5 --sets lags"
    assert card == run(f"{synthetic} {options} --format csv --ledger off")
    (tmp_path / "job.toml").write_text(
        '[fetch]\nsymbols = ["walk"]\nsource = "synthetic"\nrows = 400\n'
        '[features]\nwindow = 5\nsets = ["lags"]\n'
        '[fit]\nmodels = ["logistic"]\nfolds = 2\ncoverage = 0.7\ncalibrate = "platt"\nseed = 3\n'
    )
    assert "coverage = 0.7  # job file" in run(f"run {tmp_path / 'job.toml'} --dry-run")


def bands_of_a_clerk(calibration, scores, dates, ends, coverage, rate):
    """Adaptive bands, one day after the other: first the outcomes that became known, then the decision."""
    error, bands, waiting = 1 - coverage, [], []
    for date, end, score in zip(dates, ends, scores, strict=True):
        for item in sorted(w for w in waiting if w[0] <= date):
            error += rate * ((1 - coverage) - float(item[2] > item[3]))
            waiting.remove(item)
        rank = int(np.ceil((len(calibration) + 1) * (1 - error) - 1e-9))
        ranked = np.sort(calibration)
        bands.append(1.0 if rank > len(ranked) else ranked[max(rank, 1) - 1])
        if end == end:
            waiting.append((end, len(bands), score, bands[-1]))
    return bands


@pytest.mark.parametrize("horizon", [1, 5])
def test_adaptive_bands_learn_from_outcomes_when_they_are_known(horizon):
    rng = np.random.default_rng(0)
    calibration, scores = rng.random(60), rng.random(200) ** 0.3
    dates = np.arange("2020-01-01", "2020-07-19", dtype="datetime64[D]").astype("datetime64[us]")
    ends = np.append(dates[horizon:], np.full(horizon, np.datetime64("NaT")))
    found = adaptive_bands(calibration, scores, dates, ends, 0.8, 0.05)
    assert found.tolist() == bands_of_a_clerk(calibration, scores, dates, ends, 0.8, 0.05)
    assert (found[:horizon] == found[0]).all()


@pytest.mark.parametrize("share", [0.3, 3.0])
def test_adaptive_bands_keep_the_share_of_errors_in_another_market(share):
    """New scores are larger or smaller than those of the calibration: a fixed band errs otherwise."""
    rng = np.random.default_rng(1)
    calibration, scores = rng.random(200), rng.random(4000) ** share
    dates = np.arange(4000).astype("datetime64[D]").astype("datetime64[us]")
    ends = dates + np.timedelta64(1, "D")
    fixed = np.mean(scores > np.quantile(calibration, 0.8))
    found = np.mean(scores > adaptive_bands(calibration, scores, dates, ends, 0.8, 0.02))
    assert abs(fixed - 0.2) > 0.1
    assert abs(found - 0.2) < 1 / (0.02 * 4000)  # the bound of Gibbs and Candès, less than 1 / (rate · rows)


def test_an_adaptive_band_belongs_to_its_row_and_needs_coverage():
    table = build(synthetic_bars("walk", rows=500, seed=2), FeatureConfig(window=5, sets=("lags",)))
    fixed, moving = (
        walk_forward(table, FitConfig(("logistic",), coverage=0.7, aci=rate), FoldConfig(2))
        for rate in (None, 0.05)
    )
    of_model = fixed["model"] == "logistic"
    assert fixed[of_model].groupby("fold")[BAND].nunique().eq(1).all()
    assert moving[of_model].groupby("fold")[BAND].nunique().gt(5).all()
    names = [c for c in fixed if c != BAND]
    assert fixed[names].equals(moving[names])
    with pytest.raises(UsageError, match=r"--aci 0\.01: must be used with --coverage"):
        FitConfig(aci=0.01)
