"""What the ledger knows of predictions: fits, trials, opened hold-outs."""

from pathlib import Path

import pandas as pd
import pytest

from random_predictions import random_predictions
from shell import run
from signalcli.io.tables import read_table
from signalcli.schemas import PREDICTIONS
from signalcli.tracking.ledger import read_openings
from signalcli.tracking.provenance import flat_settings, provenance


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """A ledger with two fits of the same bars, and the predictions of the second one."""
    folder = tmp_path_factory.mktemp("fitted")
    ledger, file = folder / "ledger.sqlite", folder / "p.csv"
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 200 --seed 1"))
    run(f"fit - --model ar --folds 2 --ledger {ledger}", features)
    run(f"fit - --model ar --set ar.p=3 --folds 2 --ledger {ledger} -o {file}", features)
    return ledger, read_table(str(file), PREDICTIONS)


def test_the_fit_that_made_the_predictions_is_found(fitted: tuple[Path, pd.DataFrame]) -> None:
    known = provenance(*fitted)
    assert {fit.model for fit in known.fits} == {"ar", "majority", "persistence", "ar1"}
    assert [fit.settings for fit in known.fits if fit.model == "ar"] == ['{"p": 3}']
    assert known.trials["walk"].number == 2
    (recipe,) = known.recipes
    changed = {name for name, (value, default) in flat_settings(recipe).items() if value != default}
    assert {"fit.models", "fit.settings", "folds.folds"} <= changed
    assert "python" in known.versions


def test_other_predictions_have_no_fit(fitted: tuple[Path, pd.DataFrame]) -> None:
    ledger, table = fitted
    known = provenance(ledger, table.assign(p_up=table["p_up"] * 0.99))
    assert known.fits == ()
    assert known.trials["walk"].number == 2  # the data are the same


@pytest.mark.parametrize("file", [None, Path("/nowhere/ledger.sqlite")])
def test_without_a_ledger_nothing_is_known(file: Path | None) -> None:
    known = provenance(file, random_predictions(rows=40))
    assert (known.trials, known.openings, known.fits) == ({}, {}, ())
    assert len(known.data["AAA"]) == 16


def test_an_opened_holdout_is_counted(tmp_path: Path) -> None:
    ledger, file = tmp_path / "ledger.sqlite", tmp_path / "p.csv"
    bars = run("fetch walk --source synthetic --rows 300 --seed 1")
    features = run("features -w 5 --sets lags", bars)
    start = bars.splitlines()[220].split(",")[1][:10]
    for _ in range(2):
        run(
            f"fit - --model ar --folds 2 --holdout {start} --open-holdout --ledger {ledger} -o {file}",
            features,
        )
    table = read_table(str(file), PREDICTIONS)
    (openings,) = provenance(ledger, table).openings.values()
    assert len(openings) == 2
    assert all(text.endswith(f"from {start}") for text in openings)
    assert read_openings(ledger, "other") == ()
