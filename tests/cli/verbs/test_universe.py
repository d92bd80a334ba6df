"""A universe in production: who is outside gets no signal, and comparisons are among members only."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run

SYMBOLS = [f"S{number}" for number in range(6)]
LEAVES, STAYS = SYMBOLS[:2], SYMBOLS[2:5]  # the last is in no universe


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("universe")
    bars = pd.concat([random_bars(150, seed=n).assign(symbol=s) for n, s in enumerate(SYMBOLS)])
    bars.to_csv(folder / "bars.csv", index=False)
    dates = bars["date"].unique()
    rows = [(s, dates[60], dates[130] if s in LEAVES else None) for s in LEAVES + STAYS]
    pd.DataFrame(rows, columns=["symbol", "from", "until"]).to_csv(folder / "universe.csv", index=False)
    return folder


def saved(folder, name, more=""):
    return run(
        f"run --source {folder}/bars.csv --universe {folder}/universe.csv --model logistic --pooled "
        f"--folds 2 --window 4 --ledger off --cache off --save {folder}/{name} "
        f"--append {folder}/{name}.csv {more} -q"
    )


def symbols_of(text):
    return list(pd.read_csv(io.StringIO(text))["symbol"])


def test_a_nightly_run_signals_members_only(folder):
    saved(folder, "model")
    assert list(pd.read_csv(folder / "model.csv")["symbol"]) == STAYS


def test_predict_counts_those_outside(folder):
    saved(folder, "named")
    told = run(f"predict {folder}/bars.csv --model {folder}/named --universe {folder}/universe.csv")
    assert symbols_of(told) == STAYS
    assert "no signal for 3 symbols outside the universe at the newest bar: S0, S1, S5" in told.stderr


def test_every_signal_is_of_a_member(folder):
    saved(folder, "every")
    words = f"predict {folder}/bars.csv --model {folder}/every"
    inside = pd.read_csv(io.StringIO(run(f"{words} --universe {folder}/universe.csv --all")))
    alone = pd.read_csv(io.StringIO(run(f"{words} --all")))
    dates = sorted(alone["date"].unique())
    assert set(inside["symbol"]) == {*LEAVES, *STAYS}
    assert len(inside[inside["symbol"] == LEAVES[0]]) == 130 - 60 + 1
    assert inside["date"].min() == dates[-90]
    both = inside.merge(alone, on=["symbol", "date", "model"])
    assert np.array_equal(both["p_up_x"], both["p_up_y"])


def test_nobody_inside_is_an_error_with_its_reason(folder):
    saved(folder, "empty")
    (folder / "past.csv").write_text(f"symbol,from,until\nS2,2000-01-01,{bars_date(folder, 20)}\n")
    words = f"predict {folder}/bars.csv --model {folder}/empty --universe {folder}/past.csv"
    assert "UNIVERSE-EMPTY" in run(words, status=65).stderr


def bars_date(folder, place):
    return pd.read_csv(folder / "bars.csv")["date"].unique()[place]


def test_comparisons_with_others_are_kept_and_are_among_members(folder):
    """They are unknown outside the universe, on more than half of the rows, and yet not left out."""
    saved(folder, "cross", "--sets lags,cross")
    signals = pd.read_csv(folder / "cross.csv")
    manifest = json.loads((folder / "cross" / "manifest.json").read_text())
    assert "ret_rank" in json.dumps(manifest)
    assert list(signals["symbol"]) == STAYS
    features = run(
        f"features {folder}/bars.csv --sets lags,cross --window 4 --universe {folder}/universe.csv"
    )
    piped = pd.read_csv(io.StringIO(run(f"predict --model {folder}/cross", stdin=features)))
    assert np.array_equal(piped["p_up"], signals["p_up"])
    table = pd.read_csv(io.StringIO(features))
    before, newest = (table.groupby("symbol").nth(place).set_index("symbol").loc[STAYS] for place in (-2, -1))
    assert newest["ret_rank"].rank().tolist() == (newest["close"] / before["close"]).rank().tolist()


@pytest.mark.parametrize("begins", ["run --source", "features"])
def test_a_run_is_repeated_with_its_universe(folder, begins, tmp_path):
    ledger, words = tmp_path / "ledger.db", f"--universe {folder}/universe.csv --window 4"
    fit = f"--model ar --folds 2 --cache off --ledger {ledger}"
    if begins == "features":
        made = run(f"features {folder}/bars.csv {words} -o {tmp_path}/features.csv")
        run(f"fit {tmp_path}/features.csv {fit}")
        table = tmp_path / "features.csv"
    else:
        made = run(f"run --source {folder}/bars.csv {words} {fit}")
        table = folder / "bars.csv"
    assert "outside the universe" in made.stderr
    listed = pd.read_csv(io.StringIO(run(f"runs list --ledger {ledger}")), dtype={"run": "str"})
    name = listed["run"].iloc[0]
    rows = pd.read_csv(io.StringIO(run(f"runs verify {name} {table} --ledger {ledger}")))
    assert rows["different"].sum() == 0
    assert list(rows["stage"]) == ["bars", "features", "folds", "predictions", "scores"]
