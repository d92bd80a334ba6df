"""What is stale and what is not, on weekdays, holidays and weekends; locks; one line for cron."""

import datetime as dt
import fcntl
import os

import pandas as pd
import pytest

from saved_models import bars, saved
from shell import run
from signalcli.data.store.bars_file import StoredBars
from signalcli.data.store.dataset import Dataset
from signalcli.io.tables import to_bytes
from signalcli.serving.bundle.load import load
from signalcli.serving.predict import predict
from signalcli.serving.status import StatusTargets, status

NEWEST = bars()["date"].iloc[-1]  # Friday 13 July 2001
FRIDAY = dt.date(2001, 7, 13)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store with daily and weekly bars, a model and its signals."""
    place = tmp_path_factory.mktemp("status")
    Dataset(place / "store", "yahoo-1d-total").save("ar1", StoredBars(bars(), None))
    Dataset(place / "store", "yahoo-1wk-total").save("ar1", StoredBars(bars().iloc[4::5], None))
    bundle = load(saved(place / "m"))
    (place / "signals.csv").write_bytes(to_bytes(predict([bundle], bars()), "csv"))
    return place


def looked(kept, day: dt.date, calendar="auto", **more) -> pd.DataFrame:
    found = status(
        StatusTargets(day, kept / "store", (kept / "m",), kept / "signals.csv", None, calendar, **more)
    )
    return found.set_index(["kind", "name"])


def test_the_sample_ends_on_a_friday():
    assert (NEWEST.date(), NEWEST.day_name()) == (FRIDAY, "Friday")


@pytest.mark.parametrize(
    ("days", "calendar", "missed", "stale"),
    [
        (0, "auto", 0, 0),  # the same evening
        (1, "auto", 0, 0),  # Saturday
        (3, "auto", 0, 0),  # Monday morning: Monday's session is still to come
        (4, "auto", 1, 0),  # Monday is missing, which may have been a holiday
        (5, "auto", 2, 1),
        (3, "XNYS", 0, 0),
        (4, "XNYS", 1, 1),  # it was none, says the exchange
        (4, "24/7", 3, 1),
        (60, "none", 0, 0),
    ],
)
def test_sessions_that_are_missing(kept, days, calendar, missed, stale):
    found = looked(kept, FRIDAY + dt.timedelta(days=days), calendar)
    for kind, name in (("bars", "yahoo-1d-total/ar1"), ("signals", "ar1/ar")):
        row = found.loc[(kind, name)]
        assert (row["last"], row["missed"], row["stale"]) == ("2001-07-13", missed, stale)


def test_a_holiday_of_the_exchange_is_no_session(tmp_path):
    """4 July 2001 was a Wednesday without trading in New York."""
    until = bars()[bars()["date"] <= "2001-07-03"]
    Dataset(tmp_path, "yahoo-1d-total").save("ar1", StoredBars(until, None))
    found = status(StatusTargets(dt.date(2001, 7, 5), tmp_path, calendar="XNYS"))
    assert (found["missed"].item(), found["stale"].item()) == (0, 0)
    found = status(StatusTargets(dt.date(2001, 7, 6), tmp_path, calendar="XNYS"))
    assert (found["missed"].item(), found["stale"].item()) == (1, 1)


def test_weekly_bars_are_counted_in_weeks(kept):
    name = ("bars", "yahoo-1wk-total/ar1")
    assert looked(kept, FRIDAY + dt.timedelta(days=13)).loc[name, "missed"] == 0
    row = looked(kept, FRIDAY + dt.timedelta(days=22)).loc[name]
    assert (row["missed"], row["stale"]) == (2, 1)


def test_a_model_is_as_old_as_its_last_label(kept):
    known = load(kept / "m").manifest.last_label_date.date()
    for days, stale in ((30, 0), (31, 1)):
        found = looked(kept, known + dt.timedelta(days=days), max_age=dt.timedelta(days=30))
        row = found.loc[("model", str(kept / "m"))]
        assert (row["last"], row["stale"]) == (f"{known}", stale)
        assert f"{days} days old" in row["note"]
    assert looked(kept, known + dt.timedelta(days=999)).loc[("model", str(kept / "m")), "stale"] == 0


def test_what_is_damaged_or_not_there_is_stale(tmp_path):
    saved(tmp_path / "m")
    (tmp_path / "m" / "model.onnx").write_bytes(b"")
    watched = StatusTargets(FRIDAY, None, (tmp_path / "m", tmp_path / "none"), tmp_path / "signals.csv")
    found = status(watched)
    assert list(found["stale"]) == [1, 1, 1]
    assert "not a sound model" in found["note"].iloc[0]


def test_a_lock_is_seen_while_it_is_held(kept):
    path = kept / ".signals.csv.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    assert "lock" not in looked(kept, FRIDAY).index.get_level_values(0)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert ("lock", str(path)) in looked(kept, FRIDAY).index
    os.close(descriptor)
    assert "lock" not in looked(kept, FRIDAY).index.get_level_values(0)


def test_at_the_command_line(kept, tmp_path):
    flags = f"--store {kept / 'store'} --model {kept / 'm'} --signals {kept / 'signals.csv'} --calendar XNYS"
    flags += " --ledger off"  # other tests write into the default one
    table = run(f"status {flags} --as-of 2001-07-16")
    assert table.splitlines()[0] == "kind,name,last,missed,stale,note"
    assert len(table.splitlines()) == 5
    silent = run(f"status {flags} --as-of 2001-07-16 --stale")
    assert (silent, silent.stderr) == ("", "")
    late = run(f"status {flags} --as-of 2001-07-18 --stale", status=3)
    assert len(late.splitlines()) == 3
    assert "2 of 4 are stale: bars yahoo-1d-total/ar1, signals ar1/ar" in late.stderr


def test_a_job_file_names_what_is_looked_at(kept, tmp_path):
    job = tmp_path / "nightly.toml"
    job.write_text(
        f'[fetch]\nstore = "{kept / "store"}"\n'
        f'[predict]\nsave = "{kept / "m"}"\nappend = "{kept / "signals.csv"}"\ncalendar = "XNYS"\n'
        '[output]\nledger = "off"\n'
    )
    assert len(run(f"status {job} --as-of 2001-07-16").splitlines()) == 5
    run(f"status {job} --as-of 2001-07-18", status=3)
    run(f"status {job} --as-of 2001-07-18 --calendar none")


def test_nothing_to_look_at_is_a_wrong_call():
    assert "nothing to check" in run("status", status=2).stderr


NIGHT = """
[fetch]
symbols = ["AR1"]
store = "store"
[features]
window = {window}
sets = ["lags"]
[fit]
models = ["{model}"]
folds = 2
[predict]
save = "m"
refit_after = "{span}"
[output]
ledger = "off"
output = "metrics.csv"
"""


@pytest.fixture
def night(tmp_path, monkeypatch):
    """A store up to Friday, and the model that ``run`` made of its first 390 bars."""
    monkeypatch.chdir(tmp_path)
    store(tmp_path, 390)
    write(tmp_path)
    run("run night.toml")
    store(tmp_path, 400)
    return tmp_path


def store(place, rows):
    table = bars().head(rows).assign(symbol="AR1")
    Dataset(place / "store", "yahoo-1d-total").save("AR1", StoredBars(table, None))


def write(place, window=6, model="ar", span="30d"):
    (place / "night.toml").write_text(NIGHT.format(window=window, model=model, span=span))


def test_nothing_is_stale_while_run_uses_its_model(night):
    found = run("status night.toml --as-of 2001-07-14 --format csv")
    assert "stale" in found
    assert "run refits" not in found
    before = (night / "m" / "manifest.json").read_bytes()
    run("run night.toml")
    assert (night / "m" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"span": "13d"}, "labels 14 days before the newest bar"),
        ({"window": 7}, "other settings"),
        ({"model": "logistic"}, "other settings"),
    ],
)
def test_a_model_is_stale_when_run_would_fit_it_again(night, change, said):
    write(night, **change)
    found = run("status night.toml --as-of 2001-07-14 --format csv", status=3)
    assert f"run refits: {said}" in found
    run("run night.toml --promote always")
    run("status night.toml --as-of 2001-07-14")


def test_the_age_is_that_of_the_newest_bar_not_of_today(night):
    """Labels up to 29 June and a newest bar of 13 July: 14 days, on whichever day somebody looks."""
    write(night, span="14d")
    run("status night.toml --as-of 2001-07-14")
    run("status night.toml --as-of 2001-07-16 --calendar none")
    run("status night.toml --as-of 2001-07-16 --calendar none --max-age 16d", status=3)


def test_a_damaged_model_is_stale(night):
    (night / "m" / "model.onnx").write_bytes(b"")
    run("status night.toml --as-of 2001-07-14", status=3)


def test_another_spelling_of_a_model_is_the_same_model(night):
    write(night, model="logit")
    run("run night.toml --promote always")
    before = (night / "m" / "manifest.json").read_bytes()
    run("status night.toml --as-of 2001-07-14")
    run("run night.toml")
    assert (night / "m" / "manifest.json").read_bytes() == before
