"""The watch: states that are remembered, messages that are sent once, models that follow one another."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saved_models import saved
from shell import run
from signalcli.errors import ConfigError, UnavailableError, UsageError
from signalcli.serving.bundle.load import Bundle, load
from signalcli.serving.watch.measures import observe, thin
from signalcli.serving.watch.notify import check_notify, notify
from signalcli.serving.watch.promise import promises, promises_of_rows
from signalcli.serving.watch.state import Watch, read_state, state_file, write_state
from signalcli.serving.watch.watch import watch

HIT = 0.65


def outcomes(right: float, number: int, start: str = "2024-01-01") -> pd.DataFrame:
    """RETURNS of a model that tells ``right`` of the directions, with probabilities of .65 and .35."""
    rng = np.random.default_rng(int(1000 * right) + number)
    up, told = rng.random(number) < 0.5, rng.random(number) < right
    p_up = np.where(told == up, HIT, 1 - HIT)
    return pd.DataFrame(
        {
            "symbol": "ar1",
            "model": "logistic",
            "date": pd.bdate_range(start, periods=number),
            "direction": up.astype(float),
            "p_up": p_up,
            "net_return": np.where(told, 0.01, -0.01),
        }
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A saved model that promises a hit rate of .65, with labels until 2023."""
    folder = saved(tmp_path / "m", "logistic")
    rows = outcomes(HIT, 1000, "2019-01-01").drop(columns="model")
    (folder / "walk_forward.csv").write_text(rows.to_csv(index=False))
    return described(load(folder))


def described(bundle: Bundle, known: str = "2023-12-29", data: str = "a") -> Bundle:
    manifest = replace(
        bundle.manifest,
        symbol="ar1",
        data_sha256=64 * data,
        trained=bundle.manifest.trained | {"known": known},
    )
    return replace(bundle, manifest=manifest)


def state_of(found: Any) -> str:
    return found.watches["ar1 logistic"].state


def test_a_promise_that_is_kept_and_one_that_is_not(bundle: Bundle) -> None:
    good = watch([bundle], outcomes(HIT, 400), {})
    assert state_of(good) == "ok"
    assert good.watches["ar1 logistic"].pending == []
    assert list(good.table["measure"]) == ["hit_rate", "p_up_too_high", "p_up_too_low", "net_return"]
    assert good.table["promised"].iloc[0] == pytest.approx(HIT, abs=0.05)
    dead = watch([bundle], outcomes(0.45, 400), {})
    assert state_of(dead) == "alarm"
    (message,) = dead.watches["ar1 logistic"].pending
    assert message.startswith("ar1 logistic: alarm (was ok): ")


def test_between_ok_and_alarm_is_watch_and_nothing_gets_better_by_itself(bundle: Bundle) -> None:
    """Night by night: each state once, in order, and the alarm stays though better nights follow."""
    table = pd.concat([outcomes(0.45, 250), outcomes(0.9, 300, "2024-12-16")], ignore_index=True)
    known: dict[str, Watch] = {}
    states, evidence = [], []
    for night in range(20, len(table), 10):
        found = watch([bundle], table.iloc[:night], known)
        known = found.watches
        evidence.append(found.table["evidence"].iloc[0])
        states.append(known["ar1 logistic"].state)
    assert list(dict.fromkeys(states)) == ["ok", "watch", "alarm"]
    assert states == sorted(states, key=["ok", "watch", "alarm"].index)
    assert evidence == sorted(evidence)
    assert len(known["ar1 logistic"].pending) == 2


def test_the_evidence_does_not_depend_on_how_often_it_was_looked_at(bundle: Bundle) -> None:
    table, known = outcomes(0.55, 200), {}
    for night in range(1, len(table) + 1):
        found = watch([bundle], table.iloc[:night], known)
        known = found.watches
    once = watch([bundle], table, {})
    pd.testing.assert_frame_equal(found.table, once.table)


def test_signals_before_the_end_of_the_training_are_not_judged(bundle: Bundle) -> None:
    early = outcomes(0.0, 100, "2022-01-03")
    assert watch([bundle], early, {}).table["nights"].eq(0).all()


def test_each_model_is_judged_by_its_own_promise(bundle: Bundle, tmp_path: Path) -> None:
    table = outcomes(0.5, 60)
    first = watch([bundle], table.iloc[:30], {})
    other = described(bundle, f"{table['date'][40]:%Y-%m-%d}", "b")
    second = watch([other], table, first.watches)
    terms = second.watches["ar1 logistic"].terms
    assert [term.data_sha256[0] for term in terms] == ["a", "b"]
    assert second.table["nights"].iloc[0] == 60
    again = watch([other], table, second.watches)
    assert again.watches == second.watches


def test_another_model_after_an_alarm_begins_anew(bundle: Bundle) -> None:
    table = outcomes(0.4, 400)
    alarmed = watch([bundle], table, {}).watches
    assert alarmed["ar1 logistic"].state == "alarm"
    later = pd.concat([table, outcomes(HIT, 40, "2025-08-01")], ignore_index=True)
    found = watch([described(bundle, "2025-07-31", "b")], later, alarmed)
    assert state_of(found) == "ok"
    assert found.table["nights"].iloc[0] == 40
    assert "another model was saved" in found.watches["ar1 logistic"].pending[-1]


def test_several_models_share_the_false_alarms(bundle: Bundle) -> None:
    one = watch([bundle], outcomes(HIT, 50), {}).table["alarm_at"]
    pooled = replace(bundle, manifest=replace(bundle.manifest, symbol=None))
    two = pd.concat([outcomes(HIT, 50), outcomes(HIT, 50).assign(symbol="B")], ignore_index=True)
    rows = pd.read_csv(bundle.folder / "walk_forward.csv")
    both = pd.concat([rows, rows.assign(symbol="B")], ignore_index=True)
    (bundle.folder / "walk_forward.csv").write_text(both.to_csv(index=False))
    assert list(watch([pooled], two, {}).table["alarm_at"]) == [2 * x for x in one] * 2


def test_a_model_without_its_walk_forward_promises_the_hit_rate_of_its_manifest(bundle: Bundle) -> None:
    (bundle.folder / "walk_forward.csv").unlink()
    scores = {"hit_rate": 0.6, "rows": 400}
    found = promises(replace(bundle, manifest=replace(bundle.manifest, scores=scores)), "ar1")
    assert set(found) == {"hit_rate"}
    assert found["hit_rate"].mean == pytest.approx(0.2)
    assert found["hit_rate"].low == pytest.approx(0.2 - np.sqrt((1 - 0.04) / 400))
    assert promises(replace(bundle, manifest=replace(bundle.manifest, scores={})), "ar1") == {}


def test_promises_by_hand() -> None:
    rows = outcomes(HIT, 400)
    found = dict(promises_of_rows(rows, 1))
    hits = observe(rows, "hit_rate")
    assert found["hit_rate"].low == pytest.approx(hits.mean() - hits.std() / 20)
    assert found["p_up_too_high"].mean == pytest.approx((rows["direction"] - rows["p_up"]).mean())
    assert found["p_up_too_low"].mean == -found["p_up_too_high"].mean
    assert found["net_return"].scale == pytest.approx(4 * rows["net_return"].std(ddof=0))
    overlapping = dict(promises_of_rows(rows, 4))["hit_rate"]
    assert hits.mean() - overlapping.low == pytest.approx(hits.std() / 10)


def test_labels_that_overlap_are_left_out() -> None:
    rows = pd.DataFrame({"bar": [0, 1, 2, 4, 5, 9]})
    assert list(thin(rows, 1)["bar"]) == [0, 1, 2, 4, 5, 9]
    assert list(thin(rows, 3)["bar"]) == [0, 4, 9]


def test_the_state_and_back(bundle: Bundle, tmp_path: Path) -> None:
    file = state_file(str(tmp_path / "s.csv"))
    assert read_state(file) == {}
    watches = watch([bundle], outcomes(0.4, 300), {}).watches
    write_state(file, watches)
    assert read_state(file) == watches
    file.write_text("{}")
    with pytest.raises(ConfigError, match=r"s\.csv\.watch\.json: not the state"):
        read_state(file)


def test_commands() -> None:
    notify(f"{sys.executable} -c 'import sys; assert sys.stdin.read() == \"a; b\\n\"'", "a; b")
    notify(
        f"{sys.executable} -c 'import sys; assert sys.argv[1] == \"say a; b\"' 'say {{}}'".replace(
            "{{}}", "{}"
        ),
        "a; b",
    )
    with pytest.raises(UnavailableError, match="ended with 3"):
        notify(f"{sys.executable} -c 'raise SystemExit(3)'", "a")
    with pytest.raises(UnavailableError, match="not sent"):
        notify("no-such-command-here", "a")
    for wrong in ("", "mail 'open"):
        with pytest.raises(UsageError):
            check_notify(wrong)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of an edge that dies behind its training, with signals and bars of 400 nights."""
    folder = tmp_path_factory.mktemp("job")
    alive = run("fetch ar1 --source synthetic --rows 900 --seed 2 --set ar1.phi=0.45")
    table = run("features -w 2 --sets lags", alive)
    run(f"fit --model logistic --ledger off --save {folder / 'm'}", table)
    bars = pd.read_csv(pd.io.common.StringIO(alive))
    moves = np.random.default_rng(3).permutation(np.diff(np.log(bars["close"]))[-400:])
    closes = bars["close"].iloc[-1] * np.exp(np.cumsum(moves))
    opens = np.concatenate([[bars["close"].iloc[-1]], closes[:-1]])
    dates = pd.bdate_range(bars["date"].iloc[-1], periods=401)[1:].strftime("%Y-%m-%d")
    prices = {
        "open": opens,
        "high": np.maximum(opens, closes),
        "low": np.minimum(opens, closes),
        "close": closes,
    }
    later = pd.DataFrame({"symbol": "ar1", "date": dates, **prices, "volume": 1000})
    pd.concat([bars, later]).to_csv(folder / "bars.csv", index=False)
    run(f"predict {folder / 'bars.csv'} --model {folder / 'm'} --all -o {folder / 'all.csv'}")
    lines = (folder / "all.csv").read_text().splitlines()
    (folder / "signals.csv").write_text("\n".join([lines[0], *lines[-400:]]) + "\n")
    return folder


def told(job: Path) -> list[str]:
    file = job / "told.txt"
    return file.read_text().splitlines() if file.exists() else []


def score(job: Path, more: str = "", status: int = 0) -> Any:
    return run(
        f"score {job / 'signals.csv'} --bars {job / 'bars.csv'} --model {job / 'm'} --watch {more}",
        status=status,
    )


def test_thirty_equal_nights_send_one_message(job: Path) -> None:
    """First the messenger fails: the table is printed, the status says try later; then it is told once."""
    failed = score(job, "--notify 'false'", status=69)
    assert failed.startswith("symbol,model,state,measure,")
    assert told(job) == []
    for _ in range(30):
        score(job, f"--notify 'tee -a {job / 'told.txt'}'")
    (message,) = told(job)
    assert message.startswith("ar1 logistic: alarm (was ok): ")
    content = (job / "signals.csv.watch.json").read_bytes()
    score(job)
    assert (job / "signals.csv.watch.json").read_bytes() == content
    assert json.loads(content)["watches"][0]["pending"] == []


def test_status_shows_the_watch(job: Path) -> None:
    score(job)
    found = run(
        f"status --signals {job / 'signals.csv'} --as-of 2000-01-03 --calendar none --ledger off", status=3
    )
    assert "watch,ar1 logistic," in found
    assert ",1,alarm: " in found
    assert "watch ar1 logistic" in found.stderr


def test_what_a_watch_needs(job: Path) -> None:
    base = f"score {job / 'signals.csv'} --bars {job / 'bars.csv'}"
    assert "--watch: must be used with --model" in run(f"{base} --watch", status=2).stderr
    assert "must be used with --watch" in run(f"{base} --notify true", status=2).stderr
    assert "file of SIGNALS" in run(f"score - --model {job / 'm'} --watch", status=2).stderr
    assert "close the quotes" in run(f'{base} --model {job / "m"} --watch --notify "a \'b"', status=2).stderr
