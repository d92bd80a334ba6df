"""``predict``: the newest signal of a saved model, quickly, safely, and twice the same."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from saved_models import THREE, bars, features, fitted, put, saved
from shell import SAMPLE, run, run_installed, small_environment
from signalcli.config.span import duration
from signalcli.errors import UsageError
from signalcli.io.tables import to_bytes
from signalcli.serving.bundle.load import load

HEAD = "symbol,date,model,p_up,prediction,position,close,valid_from,valid_until"


def csv(table) -> str:
    return to_bytes(table, "csv").decode()


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(places):
    return saved(places / "tree", "tree")


@pytest.fixture(scope="module")
def ar(places):
    return saved(places / "ar", "ar-3")


def cells(line: str) -> dict[str, str]:
    return dict(zip(HEAD.split(","), line.split(","), strict=True))


def test_the_newest_row(model):
    head, row = run(f"predict --model {model}", csv(bars())).splitlines()
    assert head == HEAD
    found, newest = cells(row), bars().iloc[-1]
    wanted = fitted("tree").estimator.predict_proba(
        features()[fitted("tree").inputs.columns].tail(1).to_numpy()
    )
    assert found["symbol"] == newest["symbol"]
    assert found["date"] == f"{newest['date']:%Y-%m-%d}"
    assert found["model"] == "tree"
    assert float(found["p_up"]) == pytest.approx(wanted[0, 1], abs=1e-7)
    assert found["prediction"] == str(int(wanted[0, 1] > 0.5))
    assert found["position"] == ("1" if wanted[0, 1] > 0.5 else "-1")
    assert float(found["close"]) == newest["close"]
    following = newest["date"] + pd.offsets.BDay(1)
    assert found["valid_from"] == found["valid_until"] == f"{following:%Y-%m-%d}"


def test_bars_and_features_say_the_same_to_the_last_bit(model):
    assert run(f"predict --model {model}", csv(bars())) == run(f"predict --model {model}", csv(features()))
    both = [run(f"predict --all --model {model}", csv(table)) for table in (bars(), features())]
    assert both[0] == both[1]
    assert len(both[0].splitlines()) == 1 + len(bars()) - 60


def test_every_row_ends_with_the_newest(model):
    every = run(f"predict --all --model {model}", csv(bars())).splitlines()
    assert every[-1] == run(f"predict --model {model}", csv(bars())).splitlines()[-1]


@pytest.mark.parametrize("rows", [61, 62, 130, 361, 362, 399])
def test_bar_by_bar_equals_the_batch(model, rows):
    """Each bar, predicted when it was the newest, has the probability that the whole table gives it."""
    batch = run(f"predict --all --model {model}", csv(bars())).splitlines()
    alone = cells(run(f"predict --model {model}", csv(bars().head(rows))).splitlines()[1])
    assert alone["p_up"] == cells(batch[rows - 60])["p_up"]


def test_the_settled_history_is_enough_for_the_last_bit(model):
    settled = load(model).manifest.settled_history
    assert run(f"predict --model {model}", csv(bars().tail(settled))) == run(
        f"predict --model {model}", csv(bars())
    )


def test_one_bar_too_few(model, ar):
    for place, fewest in ((model, 61), (ar, 8)):
        assert load(place).manifest.min_history == fewest
        run(f"predict --model {place}", csv(bars().head(fewest)))
        said = run(f"predict --model {place}", csv(bars().head(fewest - 1)), status=65).stderr
        assert f"{fewest - 1} bars; this model needs at least {fewest}" in said


def test_three_classes(places):
    place = saved(places / "three", "tree", THREE)
    head, row = run(f"predict --model {place}", csv(bars())).splitlines()
    assert head.split(",")[3:6] == ["p_up", "p_flat", "p_down"]
    found = dict(zip(head.split(","), row.split(","), strict=True))
    up, flat, down = (float(found[c]) for c in ("p_up", "p_flat", "p_down"))
    assert up + flat + down == pytest.approx(1, abs=1e-9)
    assert found["prediction"] == str(max((up, 1), (flat, 0), (down, -1))[1])
    newest = bars()["date"].iloc[-1]
    assert found["valid_from"] == f"{newest + pd.offsets.BDay(1):%Y-%m-%d}"
    assert found["valid_until"] == f"{newest + pd.offsets.BDay(2):%Y-%m-%d}"


def test_known_bars_say_when_a_signal_was_valid(model):
    rows = [cells(line) for line in run(f"predict --all --model {model}", csv(bars())).splitlines()[1:]]
    dates = [row["date"] for row in rows]
    assert [row["valid_from"] for row in rows[:-1]] == dates[1:]


def test_threshold_and_long_only(model):
    every = run(f"predict --all --threshold .52 --long-only --model {model}", csv(bars())).splitlines()[1:]
    rows = [cells(line) for line in every]
    assert {row["position"] for row in rows} == {"0", "1"}
    assert all((row["position"] == "1") == (float(row["p_up"]) > 0.52) for row in rows)


def test_bars_of_another_symbol(model):
    other = bars().assign(symbol="OTHER")
    assert "bars of OTHER" in run(f"predict --model {model}", csv(other), status=65).stderr


@pytest.mark.parametrize("freq", ["W-MON", "h", "D"])
def test_bars_of_another_length(model, freq):
    weekly = bars().assign(date=pd.date_range("2000-01-03", periods=len(bars()), freq=freq))
    if freq == "D":  # also daily
        run(f"predict --model {model}", csv(weekly))
    else:
        assert (
            "the model was fitted on bars of 1d"
            in run(f"predict --model {model}", csv(weekly), status=65).stderr
        )


def test_features_of_another_window(model):
    table = features().drop(columns=["ret_lag5"])
    assert "no column ret_lag5" in run(f"predict --model {model}", csv(table), status=65).stderr


def test_a_feature_that_is_not_known_at_the_newest_bar(model):
    table = features().copy()
    table.loc[table.index[-1], "rsi14"] = None
    assert "rsi14 is not known" in run(f"predict --model {model}", csv(table), status=65).stderr


def test_columns_in_another_order_change_nothing(model):
    table = features()
    turned = table[[*table.columns[:7], *reversed(table.columns[7:])]]
    assert run(f"predict --model {model}", csv(turned)) == run(f"predict --model {model}", csv(table))


def test_a_model_that_is_too_old(model):
    known = load(model).manifest.last_label_date
    age = (bars()["date"].iloc[-1] - known).days
    run(f"predict --max-age {age}d --model {model}", csv(bars()))
    later = bars().assign(date=bars()["date"] + pd.Timedelta(days=28))
    said = run(f"predict --max-age {age + 27}d --model {model}", csv(later), status=78).stderr
    assert "fit it again" in said
    run(f"predict --max-age {age + 28}d --model {model}", csv(later))


@pytest.mark.parametrize(("text", "hours"), [("30d", 720), ("12h", 12), ("4wk", 672), ("120m", 2)])
def test_a_time_span(text, hours):
    assert duration("--max-age", text).total_seconds() == hours * 3600


@pytest.mark.parametrize("text", ["30", "d", "1y", "-1d", "1.5d", "٣d ", ""])
def test_what_is_no_time_span(text):
    with pytest.raises(UsageError):
        duration("--max-age", text)


def test_append_is_silent_and_changes_nothing_twice(model, ar, tmp_path):
    path, table = tmp_path / "signals.csv", tmp_path / "bars.csv"
    table.write_text(csv(bars()))
    for place in (model, ar):
        assert run(f"predict --model {place} {table} --append {path}") == ""
    assert path.read_text().splitlines()[0] == HEAD
    before = path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino
    for place in (model, ar):
        assert run(f"predict --model {place} {table} --append {path}").stderr == ""
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert len(path.read_text().splitlines()) == 3


def test_every_row_and_the_newest_write_the_same_bytes(model, tmp_path):
    for rows in (390, 395, 400):
        run(f"predict --model {model} --append {tmp_path / 'nightly.csv'}", csv(bars().head(rows)))
    run(f"predict --model {model} --all --append {tmp_path / 'batch.csv'}", csv(bars()))
    batch = (tmp_path / "batch.csv").read_text().splitlines()
    nightly = (tmp_path / "nightly.csv").read_text().splitlines()
    assert nightly[-1] == batch[-1]
    assert [line.split(",")[:7] for line in nightly[1:]] == [
        batch[i - 60].split(",")[:7] for i in (390, 395, 400)
    ]


def test_a_folder_of_models_by_symbol(places, tmp_path):
    run(
        f"fit --model logistic --folds 2 --save {tmp_path / 'both'} -o {tmp_path / 'p.csv'}",
        run("features --window 5", run(f"fetch IBM AAPL --source {SAMPLE} --end 2001-12-31")),
    )
    assert sorted(p.name for p in (tmp_path / "both").iterdir() if p.is_dir()) == ["AAPL", "IBM"]
    two = run(f"fetch IBM AAPL --source {SAMPLE} --end 2001-12-31")
    assert [
        line.split(",")[0] for line in run(f"predict --model {tmp_path / 'both'}", two).splitlines()[1:]
    ] == [
        "AAPL",
        "IBM",
    ]
    one = run(f"fetch IBM --source {SAMPLE} --end 2001-12-31")
    assert len(run(f"predict --model {tmp_path / 'both'}", one).splitlines()) == 2


def test_no_model_and_no_rows(model, tmp_path):
    assert "INPUT-OPEN" in run(f"predict --model {tmp_path / 'none'}", csv(bars()), status=66).stderr
    run("predict", csv(bars()), status=2)
    run(f"predict --model {model} {tmp_path / 'none.csv'}", status=66)


def test_a_foreign_folder(tmp_path):
    put(tmp_path / "m", {"model.pkl": b"\x80\x04."})
    run(f"predict --model {tmp_path / 'm'}", csv(bars()), status=78)


@pytest.mark.parametrize("kind", ["lstm", "tree", "logistic"])
def test_only_the_light_libraries_are_loaded(places, kind):
    """In a process with an empty environment, because this one has imported everything long ago."""
    place = saved(places / f"light-{kind}", kind)
    code = (
        "import sys; from signalcli.cli import main\n"
        "status = main(['predict', '--model', sys.argv[1]])\n"
        "heavy = {'tensorflow', 'keras', 'lightgbm', 'sklearn', 'scipy', 'onnx', 'yfinance', 'curl_cffi'}\n"
        "print(status, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)],
        input=csv(bars()), capture_output=True, text=True, check=True, env=small_environment(),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []"
    assert done.stderr == ""


def test_the_installed_command_is_silent_in_an_empty_environment(model, tmp_path):
    content = csv(bars()).encode()
    first = run_installed(f"predict --model {model} --append {tmp_path / 's.csv'}", content)
    assert first == first.stderr == ""
    assert run_installed(f"predict --model {model}", content).splitlines() == (
        (tmp_path / "s.csv").read_text().splitlines()
    )


def test_every_row_with_nothing_to_predict(model):
    table = features().head(30)
    said = run(f"predict --all --model {model}", csv(table), status=65).stderr
    assert "none of 30 rows has every feature" in said
    holes = features().assign(rsi14=float("nan"))
    assert (
        "rsi14 is missing most often" in run(f"predict --all --model {model}", csv(holes), status=65).stderr
    )


def test_bars_without_a_signal_are_counted(model):
    table = features().copy()
    table.loc[table.index[[200, 201, 399]], "rsi14"] = None
    result = run(f"predict --all --model {model}", csv(table))
    assert len(result.splitlines()) == 1 + len(bars()) - 60 - 3
    assert "warning: no signal for 3 bars (3 of ar1)" in result.stderr
    assert "no signal" not in run(f"predict --all --model {model}", csv(features())).stderr


@pytest.mark.parametrize(
    ("path", "mode", "said"),
    [
        (".", 0o777, "mode 777"),
        (".", 0o775, "mode 775"),
        ("model.onnx", 0o666, "model.onnx"),
        ("selfcheck.csv", 0o664, "mode 664"),
    ],
)
def test_a_model_that_others_may_write_is_named_in_one_line(tmp_path, path, mode, said):
    place = saved(tmp_path / "m", "ar-3")
    (place / path).chmod(mode)
    for line in (f"predict --model {place}", f"verify {place} --last 2"):
        (warning,) = run(line, csv(bars())).stderr.splitlines()
        assert said in warning
        assert f"chmod -R go-w {place}" in warning
    (place / path).chmod(mode & 0o755)
    assert run(f"predict --model {place}", csv(bars())).stderr == ""


def test_a_model_of_another_user_is_named(tmp_path, monkeypatch):
    place = saved(tmp_path / "m", "ar-3")
    owner = place.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    result = run(f"predict --model {place}", csv(bars())).stderr
    assert ("belongs to another user" in result) == (owner != 0)


def test_a_saved_model_is_written_by_its_owner_only(tmp_path):
    """Whatever the umask says."""
    old = os.umask(0)
    try:
        run(
            f"fit --model majority --folds 2 --save {tmp_path / 'a' / 'm'} -o {tmp_path / 'p'}",
            csv(features()),
        )
    finally:
        os.umask(old)
    place = tmp_path / "a" / "m"
    paths = (place.parent, place, *place.iterdir())
    assert {p.name: p.stat().st_mode & 0o022 for p in paths} == dict.fromkeys((p.name for p in paths), 0)
    assert run(f"predict --model {place}", csv(bars())).stderr == ""
