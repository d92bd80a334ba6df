"""A run done again from the ledger: the same bytes, or the first stage at which they part."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.tracking.fingerprints import STAGES
from signalcli.tracking.ledger import COLUMNS, Entry, add_entries, read_entries
from signalcli.tracking.recipe import Recipe, from_text, to_text

OPTIONS = "-w 5 --sets lags --folds 2 --model logistic --seed 4"
SOURCE = "--source synthetic --rows 200 --seed 4"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run and a fit of the same bars, which lie beside the ledger."""
    place = tmp_path_factory.mktemp("rerun")
    run(f"run walk sine {SOURCE} {OPTIONS} --ledger {place / 'l.sqlite'}")
    (place / "bars.csv").write_text(run(f"fetch walk sine {SOURCE}"))
    (place / "features.csv").write_text(run(f"features -w 5 --sets lags {place / 'bars.csv'}"))
    fit = f"fit {place / 'features.csv'} --folds 2 --model logistic --seed 4 --ledger {place / 'l.sqlite'}"
    run(f"{fit} --cv combinatorial --folds 4 --pooled --calibrate platt")
    return place


def names(folder: Path) -> list[str]:
    return list(dict.fromkeys(e["run"] for e in read_entries(folder / "l.sqlite")))


def verified(folder: Path, number: int, table: str = "", status: int = 0, ledger: str = "l.sqlite"):
    name = names(folder)[number]
    return run(f"runs verify {name} {table} --ledger {folder / ledger} --format jsonl", status=status)


def test_a_run_is_done_again_from_its_recipe_alone(folder: Path) -> None:
    rows = [json.loads(line) for line in verified(folder, 0).splitlines()]
    assert [row["stage"] for row in rows] == list(STAGES)
    assert [row["different"] for row in rows] == [0] * 5
    assert {row["fits"] for row in rows} == {8}


def test_bars_or_features_may_be_given(folder: Path) -> None:
    from_bars = verified(folder, 0, folder / "bars.csv")
    assert from_bars == verified(folder, 0, folder / "features.csv")
    assert [json.loads(line)["different"] for line in from_bars.splitlines()] == [0] * 5


def test_a_fit_needs_its_features(folder: Path) -> None:
    rows = [json.loads(line) for line in verified(folder, 1, folder / "features.csv").splitlines()]
    assert [row["different"] for row in rows] == [0] * 5
    assert rows[0]["fits"] == 2 * 4 * 3, "a fit each symbol, model and path"
    assert "name that table" in verified(folder, 1, folder / "bars.csv", status=2).stderr
    assert "name it" in verified(folder, 1, status=2).stderr
    other = run(f"fetch xor {SOURCE}")
    (folder / "other.csv").write_text(other)
    assert "no rows of sine, walk" in verified(folder, 0, folder / "other.csv", status=66).stderr


def changed(file: Path, column: str, factor: float = 1.0 + 1e-15) -> str:
    """The table with the last bit or so of one cell changed, in the middle."""
    head, *rows = file.read_text().splitlines()
    where, middle = head.split(",").index(column), len(rows) // 4
    cells = rows[middle].split(",")
    value = float(cells[where]) * factor
    assert value != float(cells[where])
    rows[middle] = ",".join([*cells[:where], repr(value), *cells[where + 1 :]])
    return "\n".join([head, *rows]) + "\n"


@pytest.mark.parametrize(
    ("column", "stage"), [("volume", "bars"), ("close", "bars"), ("ret_lag2", "features")]
)
def test_one_bit_is_found_where_it_stands(folder: Path, column: str, stage: str) -> None:
    table = folder / f"changed_{column}.csv"
    table.write_text(changed(folder / "features.csv", column))
    found = verified(folder, 0, table, status=3)
    rows = [json.loads(line) for line in found.splitlines()]
    assert rows[-1]["stage"] == stage
    assert rows[-1]["different"] == 4, "of the symbol that was changed, not of the other"
    assert f"{stage} differ first, in 4 of 8 fits, such as sine" in found.stderr


def tampered(folder: Path, what: str, change) -> str:
    """A copy of the ledger with one column of every fit changed."""
    copy = folder / f"{change.__name__}.sqlite"
    copy.write_bytes((folder / "l.sqlite").read_bytes())
    with closing(sqlite3.connect(copy)) as ledger, ledger:
        for number, text in ledger.execute(f"select id, {what} from fits").fetchall():  # noqa: S608
            ledger.execute(f"update fits set {what} = ? where id = ?", (change(text), number))  # noqa: S608
    return copy.name


def other_folds(text: str) -> str:
    kept = json.loads(text)
    return json.dumps(kept | {"folds": kept["folds"] | {"gap": 1}})


def other_settings(text: str) -> str:
    kept = json.loads(text)
    return json.dumps(kept | {"fit": kept["fit"] | {"settings": {"logistic": {"C": 0.5}}}})


def other_scores(text: str) -> str:
    return json.dumps(json.loads(text) | {"scores": "0"})


@pytest.mark.parametrize(
    ("what", "change", "stage"),
    [
        ("recipe", other_folds, "folds"),
        ("recipe", other_settings, "predictions"),
        ("stages", other_scores, "scores"),
    ],
)
def test_what_was_decided_otherwise_is_found(folder: Path, what: str, change, stage: str) -> None:
    ledger = tampered(folder, what, change)
    found = verified(folder, 0, folder / "bars.csv", status=3, ledger=ledger)
    assert json.loads(found.splitlines()[-1])["stage"] == stage
    assert f"{stage} differ first" in found.stderr


def test_other_versions_are_named(folder: Path) -> None:
    def other_versions(text: str) -> str:
        return json.dumps(json.loads(text) | {"numpy": "1.0"})

    ledger = tampered(folder, "versions", other_versions)
    assert verified(folder, 0, ledger=ledger).stderr == "", "the same bytes are the same whatever made them"
    with closing(sqlite3.connect(folder / ledger)) as file, file:
        file.execute("update fits set stages = replace(stages, 'scores', 'points')")
        file.execute("update fits set stages = json_set(stages, '$.scores', 'x')")
    assert "numpy 1.0 then, " in verified(folder, 0, status=3, ledger=ledger).stderr


def test_a_ledger_of_an_older_version_is_widened_and_says_what_it_lacks(tmp_path: Path) -> None:
    entry = Entry(*["x"] * 4, 0, *["x"] * 7, 0, 0, 1, None, None, None, None, "{}", "{}")
    file = tmp_path / "old.sqlite"
    older = [name for name in COLUMNS if name not in {"recipe", "stages"}]
    with closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute(f"create table fits (id integer primary key, {', '.join(older)})")
        values = asdict(replace(entry, run="old"))
        insert = f"insert into fits ({', '.join(older)}) values ({', '.join('?' * len(older))})"  # noqa: S608
        ledger.execute(insert, [values[name] for name in older])
    assert read_entries(file)[0]["run"] == "old"
    add_entries(file, [replace(entry, run="new")])
    assert [e["stages"] for e in read_entries(file)] == [None, "{}"]
    assert "LEDGER-OLD" in run(f"runs verify old --ledger {file}", status=2).stderr


def test_a_recipe_comes_back_as_it_was() -> None:
    recipe = Recipe(
        FitConfig(("tree",), {"tree": {"num_leaves": 7, "shape": (1, 2)}}, calibrate="platt", coverage=0.9),
        FoldConfig(3, holdout=dt.date(2012, 1, 1), refit_every="month"),
        FeatureConfig(window=7, sets=("lags", "rolling"), windows=(3, 9)),
        FetchConfig("synthetic", start=dt.date(2000, 1, 1), settings={"ar1": {"phi": 0.3}}),
        ("IBM", "GOOG"),
        TradingRule(threshold=0.6, stop_loss=0.05),
    )
    assert from_text(to_text(recipe)) == recipe
    assert from_text(to_text(Recipe(FitConfig(), FoldConfig()))) == Recipe(FitConfig(), FoldConfig())
    later = json.loads(to_text(recipe))
    later["fit"]["unheard_of"] = 1
    assert from_text(json.dumps(later)) == recipe
