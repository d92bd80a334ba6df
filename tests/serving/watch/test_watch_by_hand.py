"""Promises and evidence of the watch, worked out by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saved_models import saved
from signalcli.evaluation.significance.anytime import capital
from signalcli.serving.bundle.load import Bundle, load
from signalcli.serving.watch.promise import promises, promises_of_rows
from signalcli.serving.watch.state import Watch
from signalcli.serving.watch.watch import watch


def table(hits: list[bool] | np.ndarray, start: str = "2024-01-01", symbol: str = "ar1") -> pd.DataFrame:
    """RETURNS of a model that says .6 up every day and is right on some."""
    right = np.asarray(hits, dtype=bool)
    net = np.where(right, 0.02, -0.01)
    day = pd.bdate_range(start, periods=len(right))
    rows = pd.DataFrame({"symbol": symbol, "model": "logistic", "date": day, "p_up": 0.6, "net_return": net})
    return rows.assign(direction=right.astype(float))


def pattern(*each: int, times: int = 1) -> np.ndarray:
    return np.tile(np.array(each, dtype=bool), times)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A model whose walk-forward was right on 3 of 4 days for its symbol, and on none for another one."""
    folder = saved(tmp_path / "m", "logistic")
    own, other = table(pattern(1, 1, 1, 0, times=100), "2019-01-01"), table([False] * 400, "2019-01-01", "B")
    (folder / "walk_forward.csv").write_text(
        pd.concat([own, other]).drop(columns="model").to_csv(index=False)
    )
    return described(load(folder))


def described(bundle: Bundle, known: str = "2023-12-29", data: str = "a", **features: Any) -> Bundle:
    made = replace(
        bundle.manifest,
        symbol="ar1",
        data_sha256=64 * data,
        trained=bundle.manifest.trained | {"known": known},
        features=bundle.manifest.features | features,
    )
    return replace(bundle, manifest=made)


def row_of(found: Any, measure: str) -> Any:
    return found.table.set_index("measure").loc[measure]


def test_a_promise_is_that_of_its_own_symbol(bundle: Bundle) -> None:
    found = promises(bundle, "ar1")
    assert found["hit_rate"].mean == 0.5, "three hits and a miss: (3 - 1) / 4"
    assert found["net_return"].mean == pytest.approx((3 * 0.02 - 0.01) / 4)
    assert found["net_return"].scale == pytest.approx(4 * np.std([0.02, 0.02, 0.02, -0.01]))


def test_a_hit_rate_of_overlapping_labels_is_promised_less_surely(bundle: Bundle) -> None:
    """600 labels of five bars are 120: variance .96 (of hits of 1 and -1), √(.96 / 120)."""
    (bundle.folder / "walk_forward.csv").unlink()
    five = described(bundle, horizon=5)
    known = replace(five, manifest=replace(five.manifest, scores={"hit_rate": 0.6, "rows": 600}))
    assert promises(known, "ar1")["hit_rate"].low == pytest.approx(0.2 - np.sqrt(0.96 / 120))


def test_a_bet_is_on_a_dead_edge_or_on_the_least_worsening() -> None:
    """Hits of mean .5 and variance .75: low .5 - √(.75 / 400); p_up errs by ±.4 and .6: any worsening."""
    found = dict(promises_of_rows(table(pattern(1, 1, 1, 0, times=100)), 1))
    hits = found["hit_rate"]
    assert hits.low == pytest.approx(0.5 - np.sqrt(0.75 / 400))
    assert hits.stake == pytest.approx(hits.low / 0.75)
    high = found["p_up_too_high"]
    assert high.mean == pytest.approx(0.75 - 0.6)
    assert high.stake == pytest.approx(0.05 / np.sqrt(0.25 * 0.75))


def test_the_evidence_is_the_largest_capital_so_far_and_before(bundle: Bundle) -> None:
    """Ten misses and thirty hits: the capital falls again, the evidence does not."""
    rows = table(np.r_[pattern(0, times=10), pattern(1, times=30)])
    promise = promises(bundle, "ar1")["hit_rate"]
    x = np.where(rows["direction"] == 1, 1.0, -1.0)
    grown = capital(x, np.full(40, promise.low), np.full(40, promise.stake))
    assert grown[-1] < grown.max()
    assert row_of(watch([bundle], rows, {}), "hit_rate")["evidence"] == pytest.approx(grown.max())
    first = watch([bundle], rows, {}).watches["ar1 logistic"]
    remembered = {"ar1 logistic": replace(first, peaks={"hit_rate": 99_999.0})}
    assert row_of(watch([bundle], rows, remembered), "hit_rate")["evidence"] == 99_999.0


def test_a_state_gets_no_better_though_its_evidence_is_not_remembered(bundle: Bundle) -> None:
    rows = table(pattern(1, 1, 1, 0, times=10))
    first = watch([bundle], rows, {}).watches["ar1 logistic"]
    known = {"ar1 logistic": replace(first, state="alarm", cause="why", peaks={})}
    found = watch([bundle], rows, known).watches["ar1 logistic"]
    assert (found.state, found.cause, found.pending) == ("alarm", "why", [])


def test_labels_of_five_bars_count_every_fifth_night_and_returns_every_night(bundle: Bundle) -> None:
    found = watch([described(bundle, horizon=5)], table(pattern(1, 0, times=20)), {})
    nights = found.table.set_index("measure")["nights"].to_dict()
    assert nights == {"hit_rate": 8, "p_up_too_high": 8, "p_up_too_low": 8, "net_return": 40}


def test_a_night_without_an_outcome_is_not_judged_and_keeps_its_bar(bundle: Bundle) -> None:
    rows = table(pattern(1, times=12))
    rows.loc[[1, 11], "direction"] = np.nan
    rows.loc[2, "p_up"] = np.nan
    assert set(watch([bundle], rows, {}).table["nights"]) == {9}
    five = watch([described(bundle, horizon=5)], rows, {})
    assert row_of(five, "hit_rate")["nights"] == 3, "bars 0, 5 and 10"


def test_the_night_at_which_a_model_was_known_is_its_own(bundle: Bundle) -> None:
    rows = table(pattern(1, times=10))
    for known, nights in (("2024-01-08", 5), ("2024-01-09", 4)):
        found = watch([described(bundle, known)], rows, {})
        assert row_of(found, "hit_rate")["nights"] == nights, known


def test_what_the_model_before_said_stays_with_its_promise(bundle: Bundle) -> None:
    """A model that was fitted on labels of long ago is judged from the last judged night on."""
    rows = table(pattern(1, times=10))
    first = watch([bundle], rows, {})
    found = watch([described(bundle, "2023-12-31", "b")], rows, first.watches)
    assert [term.since for term in found.watches["ar1 logistic"].terms] == ["2023-12-29", "2024-01-12"]


def test_a_return_beyond_four_deviations_counts_as_four(bundle: Bundle) -> None:
    rows = table(pattern(1, times=2))
    rows["net_return"] = [1.0, -1.0]
    assert row_of(watch([bundle], rows, {}), "net_return")["value"] == 0.0
    rows["net_return"] = [1.0, 0.0]
    scale = promises(bundle, "ar1")["net_return"].scale
    assert row_of(watch([bundle], rows, {}), "net_return")["value"] == pytest.approx(scale / 2)


def test_nothing_is_remembered_of_what_was_not_judged(bundle: Bundle) -> None:
    other = {"B other": Watch(state="watch")}
    assert watch([bundle], table(pattern(1, times=3)), other).watches["B other"] == other["B other"]
