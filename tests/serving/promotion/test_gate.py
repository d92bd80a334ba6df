"""The decision of the gate, on rows made by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saved_models import bars, features, saved
from signalcli.config.saving import Promote
from signalcli.serving.bundle.load import load
from signalcli.serving.promotion.gate import Contestant, Decision, decide
from signalcli.serving.promotion.losses import by_date, common_rows, live_rows, log_losses, predicted
from signalcli.serving.promotion.newest_bars import fault_of_newest

RNG = np.random.default_rng(0)
DATES = pd.bdate_range("2020-01-01", periods=400)
UP = RNG.random(400) < 0.5
BOTH = np.tile([0, 1], 125)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A manifest whose last label was known at the 350th date."""
    made = load(saved(tmp_path_factory.mktemp("gate") / "m", "logistic")).manifest
    known = f"{DATES[350]:%Y-%m-%d}"
    return replace(made, trained=made.trained | {"known": known, "last": known, "first": known})


def rows(right: float, *, from_date: int = 0, p: float = 0.65) -> pd.DataFrame:
    """Rows on which a share ``right`` is told with probability ``p``, the others with its opposite."""
    rng = np.random.default_rng(int(1000 * right) + from_date)
    told = np.where(rng.random(400) < right, UP, ~UP)
    table = pd.DataFrame(
        {"symbol": "A", "date": DATES, "direction": UP.astype(float), "p_up": np.where(told, p, 1 - p)}
    )
    return table.iloc[from_date:].reset_index(drop=True)


def ask(manifest: Any, one: pd.DataFrame, other: pd.DataFrame, mode: Promote, **changes: Any) -> Decision:
    champion = Contestant(manifest, one)
    challenger = Contestant(replace(manifest, **changes.pop("described", {})), other)
    return decide(champion, challenger, mode, changes.pop("fault", ""), changes.pop("fitted", BOTH))


def test_better_equal_and_worse(manifest: Any) -> None:
    good, other, poor = rows(0.66), rows(0.655), rows(0.5)
    verdicts = {
        (name, mode): ask(manifest, *pair, mode).promoted
        for name, pair in {"better": (poor, good), "equal": (good, other), "worse": (good, poor)}.items()
        for mode in ("if-better", "if-not-worse", "always")
    }
    assert verdicts == {
        ("better", "if-better"): True,
        ("better", "if-not-worse"): True,
        ("better", "always"): True,
        ("equal", "if-better"): False,
        ("equal", "if-not-worse"): True,
        ("equal", "always"): True,
        ("worse", "if-better"): False,
        ("worse", "if-not-worse"): False,
        ("worse", "always"): True,
    }


def test_the_reason_names_the_test(manifest: Any) -> None:
    found = ask(manifest, rows(0.66), rows(0.5), "if-not-worse")
    assert found.reason.startswith("worse on 400 dates (p = ")
    assert found.champion_loss == pytest.approx(log_losses(rows(0.66)).mean())
    assert found.challenger_loss == pytest.approx(log_losses(rows(0.5)).mean())


def test_few_dates_make_nobody_better(manifest: Any) -> None:
    found = ask(manifest, rows(0.1, from_date=380), rows(0.9, from_date=380), "if-better")
    assert "only 20 dates" in found.reason
    assert ask(manifest, rows(0.5, from_date=380), rows(0.5), "if-not-worse").promoted


def test_without_common_rows_there_is_no_evidence_of_being_worse(manifest: Any) -> None:
    nothing = rows(0.6).iloc[:0]
    assert ask(manifest, nothing, rows(0.6), "if-not-worse").promoted
    assert not ask(manifest, nothing, rows(0.6), "if-better").promoted


@pytest.mark.parametrize("mode", ["if-better", "if-not-worse"])
def test_what_refuses_a_better_model(manifest: Any, mode: Promote) -> None:
    poor, good = rows(0.5), rows(0.66)
    assert ask(manifest, poor, good, mode, fault="A 2021-01-01: stopped").reason == "A 2021-01-01: stopped"
    older = {"trained": manifest.trained | {"known": f"{DATES[340]:%Y-%m-%d}"}}
    assert "its labels end at" in ask(manifest, poor, good, mode, described=older).reason
    other = {"features": manifest.features | {"horizon": 5}}
    assert "another target" in ask(manifest, poor, good, mode, described=other).reason
    assert "another target" in ask(manifest, poor, good, mode, described={"label": None}).reason
    one_class = good.assign(p_up=0.5 + 0.4 * good["p_up"])
    assert "one direction" in ask(manifest, poor, one_class, mode).reason
    assert "fitted on all rows" in ask(manifest, poor, good, mode, fitted=np.ones(250)).reason


def test_a_collapsed_model_may_follow_a_collapsed_one(manifest: Any) -> None:
    one = rows(0.5).assign(p_up=0.55)
    assert ask(manifest, one, one.assign(p_up=0.54), "if-not-worse", fitted=np.ones(250)).promoted


def test_newest_rows_that_contradict_the_older_ones(manifest: Any) -> None:
    """The last fifty dates, behind the label of the saved model, are told the wrong way round by both."""
    good = rows(0.75, p=0.7)
    flipped = good.assign(p_up=good["p_up"].where(good.index < 350, 1 - good["p_up"]))
    assert "predicted worse than the 350 before" in ask(manifest, flipped, flipped, "if-not-worse").reason
    assert ask(manifest, good, good, "if-not-worse").promoted


def test_a_saved_model_is_judged_behind_its_training_only(tmp_path: Path) -> None:
    """Its labels end thirty bars before the last one: the rows from there on, whose label is known."""
    bundle = load(saved(tmp_path / "m", "logistic"))
    known = bars()["date"].iloc[-31]
    earlier = replace(bundle.manifest, trained=bundle.manifest.trained | {"known": f"{known:%Y-%m-%d}"})
    found = live_rows(replace(bundle, manifest=earlier), features(), ())
    assert found["date"].min() == known
    assert len(found) == 30
    assert len(live_rows(bundle, features(), ())) == 0


def test_losses_and_common_rows() -> None:
    table = pd.DataFrame(
        {
            "symbol": list("ABA"),
            "date": DATES[[0, 0, 1]],
            "direction": [1.0, 0.0, 1.0],
            "p_up": [0.8, 0.4, 0.5],
        }
    )
    losses = log_losses(table)
    assert losses == pytest.approx(-np.log([0.8, 0.6, 0.5]))
    assert by_date(table, losses) == pytest.approx([-np.log(0.8 * 0.6) / 2, -np.log(0.5)])
    assert list(predicted(table)) == [1, 0, 0]
    one, other = common_rows(table, table.iloc[[2, 0]].assign(p_up=0.9))
    assert list(one["p_up"]) == [0.8, 0.5]
    assert list(other["p_up"]) == [0.9, 0.9]
    three = table.assign(direction=[1.0, 0.0, -1.0], p_flat=[0.1, 0.5, 0.1], p_down=[0.1, 0.1, 0.4])
    assert log_losses(three) == pytest.approx(-np.log([0.8, 0.5, 0.4]))
    assert list(predicted(three)) == [1, 0, 1]


def walk(rows_: int = 400) -> pd.DataFrame:
    closes = 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(2).standard_normal(rows_)))
    prices = {"open": closes, "high": closes * 1.15, "low": closes * 0.87, "close": closes}
    return pd.DataFrame({"symbol": "A", "date": DATES[:rows_], **prices, "volume": 1000.0})


def test_faults_of_the_newest_bars() -> None:
    good, prices = walk(), ["open", "high", "low", "close"]
    assert fault_of_newest(good) == ""
    still = good.copy()
    still.loc[390:, "close"] = still["close"].iloc[389]
    assert "does not move" in fault_of_newest(still)
    old = good.copy()
    old.loc[100:130, "close"] = old["close"].iloc[100]
    assert fault_of_newest(old) == ""
    for factor in (100.0, 0.5, 1.9):
        jump = good.copy()
        jump.loc[395:, prices] *= factor
        assert fault_of_newest(jump).startswith("A 2021-07-"), factor
    dropped = pd.DataFrame({"symbol": ["A", "A"], "date": [DATES[10], DATES[399] + pd.Timedelta(days=1)]})
    assert "1 of the newest bars are invalid" in fault_of_newest(good, dropped)
    assert fault_of_newest(good, dropped.iloc[:1]) == ""
