"""The tests and borders of the gate, worked out by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saved_models import saved
from signalcli.evaluation.significance.normal import cdf
from signalcli.evaluation.significance.paired import diebold_mariano
from signalcli.serving.bundle.load import load
from signalcli.serving.promotion.gate import Contestant, _contradiction, _one_class, _verdict, decide
from signalcli.serving.promotion.losses import common_rows, known_rows

DATES = pd.date_range("2020-01-01", periods=1100)
KNOWN = SimpleNamespace(last_label_date=DATES[100])


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(saved(tmp_path_factory.mktemp("gate") / "m", "logistic")).manifest


def told(p: list[float] | np.ndarray, symbol: str = "A") -> pd.DataFrame:
    """Rows of which each went up, told with probability p."""
    rows = pd.DataFrame({"symbol": symbol, "date": DATES[: len(p)], "p_up": p})
    return rows.assign(direction=1.0)


def halves(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.4, 0.6, n)


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("mode", ["if-better", "if-not-worse"])
def test_the_p_value_is_of_what_the_mode_asks_and_heeds_the_overlap(
    manifest: Any, mode: Any, horizon: int
) -> None:
    one, other = halves(60, 1), halves(60, 2)
    same = replace(manifest, features=manifest.features | {"horizon": horizon})
    found = decide(Contestant(same, told(one)), Contestant(same, told(other)), mode, "", np.tile([0, 1], 30))
    losses = -np.log(one), -np.log(other)
    worse, better = (diebold_mariano(*pair, horizon).p_value for pair in (losses, losses[::-1]))
    assert found.p_value == pytest.approx(better if mode == "if-better" else worse)
    assert (found.champion_loss, found.challenger_loss) == pytest.approx([x.mean() for x in losses])


def test_symbols_of_one_date_are_one_observation(manifest: Any) -> None:
    one, other = halves(60, 1), halves(60, 2)
    alone, twice = (
        decide(
            *(
                Contestant(manifest, pd.concat([told(p, s) for s in symbols], ignore_index=True))
                for p in (one, other)
            ),
            "if-not-worse",
            "",
            np.tile([0, 1], 30),
        )
        for symbols in ("A", "AB")
    )
    assert (twice.p_value, twice.dates) == (pytest.approx(alone.p_value), 60)


def test_a_p_value_of_less_than_five_in_a_hundred_decides() -> None:
    assert _verdict("if-not-worse", 0.9, 0.051, 400) == ""
    assert _verdict("if-not-worse", 0.9, 0.049, 400).startswith("worse on 400 dates")
    assert _verdict("if-better", 0.051, 0.9, 400).startswith("not better on 400 dates")
    assert _verdict("if-better", 0.049, 0.9, 400) == ""
    assert _verdict("if-better", 0.001, 0.9, 29) == "only 29 dates are out of sample for both"
    assert _verdict("if-better", 0.001, 0.9, 30) == ""


def test_more_than_95_of_100_rows_are_one_class() -> None:
    assert not _one_class(np.repeat([1, 0], [95, 5]))
    assert _one_class(np.repeat([1, 0], [96, 4]))


def contradiction(p: list[float], horizon: int = 1) -> str:
    """Of a hundred rows told with .5 and .6 in turn, and then rows told with p."""
    rows = told([*np.tile([0.5, 0.6], 50), *p])
    return _contradiction(KNOWN, SimpleNamespace(rows=rows), horizon)  # type: ignore[arg-type]


def test_newest_rows_contradict_where_one_in_a_hundred_samples_would() -> None:
    """By the difference of two means, each with its own variance; labels that overlap are fewer."""
    old = -np.log(np.tile([0.5, 0.6], 50))
    for low, chance in ((0.44, 0.01721), (0.43, 0.009704)):
        newest = np.tile([low, 0.6], 15)
        fresh = -np.log(newest)
        error = np.sqrt(fresh.var(ddof=1) / 30 + old.var(ddof=1) / 100)
        assert 1 - cdf((fresh.mean() - old.mean()) / error) == pytest.approx(chance, rel=0.01)
        contradicts = f"the newest 30 dates are predicted worse than the 100 before (p = {chance:.2g})"
        assert contradiction([*newest]) == (contradicts if chance < 0.01 else "")
    assert contradiction([*np.tile([0.3, 0.4], 15)])
    assert contradiction([*np.tile([0.3, 0.5], 15)], horizon=1)
    assert not contradiction([*np.tile([0.3, 0.5], 15)], horizon=40)


def test_newest_rows_that_are_told_better_contradict_nothing() -> None:
    assert contradiction([*np.tile([0.9, 0.95], 15)]) == ""


def test_five_dates_may_contradict_and_four_may_not() -> None:
    assert contradiction([0.1, 0.12, 0.1, 0.12]) == ""
    assert contradiction([0.1, 0.12, 0.1, 0.12, 0.1]) != ""


def test_a_better_model_may_contradict(manifest: Any) -> None:
    """Told .5 and .6 in turn, then .3: the saved model says .2 and .1 all the time."""
    old = replace(manifest, trained=manifest.trained | {"known": f"{DATES[100]:%Y-%m-%d}"})
    rows = told([*np.tile([0.5, 0.6], 50), *np.tile([0.3, 0.31], 15)])
    worse = told(np.tile([0.2, 0.1], 65))
    mixed = np.tile([0, 1], 60)
    assert decide(Contestant(old, worse), Contestant(old, rows), "if-not-worse", "", mixed).promoted
    equal = decide(Contestant(old, rows), Contestant(old, rows), "if-not-worse", "", mixed)
    assert "predicted worse than the 100 before" in equal.reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dead_zone", 0.5),
        ("dead_zone_unit", "volatility"),
        ("barriers", [2.0, 2.0]),
        ("horizon", 7),
        ("label_from", "next_open"),
    ],
)
def test_models_of_other_labels_are_not_compared(manifest: Any, name: str, value: Any) -> None:
    other = replace(manifest, features=manifest.features | {name: value})
    rows = told(halves(60, 1))
    found = decide(Contestant(manifest, rows), Contestant(other, rows), "if-not-worse", "", np.zeros(0))
    assert found.reason == f"it predicts another target ({name})"


def test_the_thousand_newest_dates_are_compared_in_their_order() -> None:
    """Rows of both symbols on every date, in any order, each with its own probability."""
    rows = pd.concat([told(np.linspace(0.1, 0.9, 1100), s) for s in "AB"], ignore_index=True)
    rows.loc[rows["symbol"] == "B", "p_up"] /= 2
    shuffled = rows.sample(frac=1, random_state=1)
    one, other = common_rows(shuffled, shuffled[::-1])
    newest = rows[rows["date"] >= DATES[100]].sort_values(["date", "symbol"])
    for table in (one, other):
        pd.testing.assert_series_equal(table["p_up"], newest["p_up"], check_index=False, check_exact=True)
        assert len(table) == 2000


def test_rows_without_a_forecast_or_a_label_are_not_known() -> None:
    rows = told([0.1, 0.2, np.nan])
    rows.loc[0, "direction"] = np.nan
    assert known_rows(rows)["p_up"].tolist() == [0.2]
