"""The score verb, from a saved model to what became of its signals."""

import csv
import io
import math
import statistics

import pytest

from random_bars import random_bars
from saved_models import bars, saved
from shell import SAMPLE, run
from signalcli.io.tables import to_bytes


def test_from_fit_to_score(tmp_path) -> None:
    model, signals, returns = (tmp_path / name for name in ("ibm", "signals.csv", "returns.csv"))
    past = run(f"fetch IBM --source {SAMPLE} --end 2003-12-31")
    now = run(f"fetch IBM --source {SAMPLE} --end 2004-12-31")
    run(f"fit --model ar --save {model}", run("features", past))
    run(f"predict --model {model} --all --append {signals}", now)
    lines = signals.read_text().splitlines()
    signals.write_text("\n".join([lines[0], *lines[-250:]]) + "\n")
    printed = run(f"score {signals} --returns {returns}", now)
    assert [line.split(",")[1] for line in printed.splitlines()] == ["model", "ar", "buy_hold"]
    assert len(returns.read_text().splitlines()) == 1 + 2 * 250


def test_a_file_that_holds_no_signals(tmp_path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("symbol,date\nIBM,2004-01-02\n")
    assert "SIGNALS" in run(f"score {path}", "", status=65).stderr


# Labels by loops over closes. A bar is known by its place; None is unknown.


def return_over(closes, at, ahead):
    return closes[at + ahead] / closes[at] - 1 if at + ahead < len(closes) else None


def expected_move(closes, at, horizon):
    """Standard deviation (of a sample) of the last 20 log returns, times the root of the horizon."""
    if at < 20:
        return None
    logs = [math.log(closes[k] / closes[k - 1]) for k in range(at - 19, at + 1)]
    return statistics.stdev(logs) * math.sqrt(horizon)


def by_zone(closes, at, horizon, zone):
    move = return_over(closes, at, horizon)
    if move is None or zone is None:
        return None
    return (move > zone) - (move < -zone)


def by_barriers(closes, at, horizon, up, down):
    unit = expected_move(closes, at, horizon)
    if unit is None:
        return None
    for ahead in range(1, horizon + 1):
        move = return_over(closes, at, ahead)
        if move is None:
            return None
        if move >= up * unit or move <= -down * unit:
            return 1 if move > 0 else -1
    return 0


def by_trend(closes, at, horizon):
    if at + horizon >= len(closes):
        return None
    best = 0.0
    for ahead in range(2, horizon + 1):
        y = [math.log(c) for c in closes[at : at + ahead + 1]]
        x = list(range(len(y)))
        slope = statistics.covariance(x, y) / statistics.variance(x)
        level = statistics.fmean(y) - slope * statistics.fmean(x)
        rest = sum((b - level - slope * a) ** 2 for a, b in zip(x, y, strict=True))
        spread = sum((a - statistics.fmean(x)) ** 2 for a in x)
        t = slope / math.sqrt(rest / (len(y) - 2) / spread)
        best = t if abs(t) > abs(best) else best
    return int(best > 0)


LABELS = {
    "dead zone": ("--label dead-zone --dead-zone 0.004", lambda c, k: by_zone(c, k, 1, 0.004)),
    "zone of a direction": ("--dead-zone 0.004 --horizon 3", lambda c, k: by_zone(c, k, 3, 0.004)),
    "zone in deviations": (
        "--dead-zone 0.4 --dead-zone-unit volatility --horizon 2",
        lambda c, k: by_zone(c, k, 2, None if (u := expected_move(c, k, 2)) is None else 0.4 * u),
    ),
    "barriers": (
        "--label triple-barrier --barriers 1.5,0.5 --horizon 4",
        lambda c, k: by_barriers(c, k, 4, 1.5, 0.5),
    ),
    "trend": ("--label trend-scan --horizon 5", lambda c, k: by_trend(c, k, 5)),
    "direction": ("--horizon 2", lambda c, k: None if (r := return_over(c, k, 2)) is None else int(r > 0)),
}


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("spec", [True, False], ids=["stated", "inferred"])
@pytest.mark.parametrize("name", LABELS)
def test_signals_are_judged_by_the_label_that_the_model_was_fitted_on(tmp_path, monkeypatch, name, spec):
    monkeypatch.chdir(tmp_path)
    flags, label = LABELS[name]
    table = random_bars(420, seed=8)
    (tmp_path / "b.csv").write_bytes(to_bytes(table, "csv"))
    flags += " --sets lags --window 7"
    run(f"features b.csv {flags} --save-spec spec.toml")
    run(f"features b.csv {flags} -o f.csv")
    run(f"fit f.csv --model logistic --folds 2 --save m -o p.csv{' --spec spec.toml' if spec else ''}")
    run("predict --model m b.csv --all -o s.csv")
    signals = rows_of((tmp_path / "s.csv").read_text())[30:]
    writer = csv.DictWriter(out := io.StringIO(), signals[0])
    writer.writeheader()
    writer.writerows(signals)
    (tmp_path / "s.csv").write_text(out.getvalue())
    closes, dates = table["close"].tolist(), [f"{d:%Y-%m-%d}" for d in table["date"]]
    judged = [(s["prediction"], label(closes, dates.index(s["date"]))) for s in signals]
    hits = [said == str(came) for said, came in judged if came is not None]
    assert len(hits) > 350
    (scored, _) = rows_of(run("score s.csv --bars b.csv --model m"))
    assert float(scored["accuracy"]) == pytest.approx(sum(hits) / len(hits), abs=1e-12)
    (found,) = (
        r for r in rows_of(run("score s.csv --bars b.csv --model m --drift -")) if r["measure"] == "hit_rate"
    )
    assert float(found["value"]) == pytest.approx(sum(hits) / len(hits), abs=1e-12)
    assert int(found["rows"]) == len(hits)


BY_BARS_ALONE = {
    "--horizon 2": True,
    "--label trend-scan --horizon 5": False,
    "--label-from next_open": False,
}


@pytest.mark.parametrize("flags", BY_BARS_ALONE)
def test_without_its_model_a_signal_is_judged_by_the_same_label_or_refused(tmp_path, monkeypatch, flags):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_bytes(to_bytes(random_bars(120, seed=8), "csv"))
    run(f"features b.csv {flags} --sets lags --window 7 -o f.csv")
    run("fit f.csv --model logistic --folds 2 --save m -o p.csv")
    run("predict --model m b.csv --append s.csv")
    run("predict --model m b.csv --all --append s.csv")
    by_model = run("score s.csv --bars b.csv --model m")
    if BY_BARS_ALONE[flags]:
        assert run("score s.csv --bars b.csv") == by_model
    else:
        label = flags.removeprefix("--label ").split()[0].replace("--label-from", "direction from next_open")
        said = run("score s.csv --bars b.csv", status=65).stderr
        assert f"signals of the label {label}; name the saved model (--model DIR)" in said


@pytest.fixture
def three(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    run("features b.csv --dead-zone 0.004 --window 6 -o f.csv")
    run("fit f.csv --model logistic --folds 2 --save m -o p.csv")
    run("predict --model m b.csv --all -o s.csv")
    return tmp_path


def test_three_directions_need_their_zone(three):
    said = run("score s.csv --bars b.csv", status=65).stderr
    assert "signals of three directions; name the saved model (--model DIR), or the --dead-zone" in said
    assert run("score s.csv --bars b.csv --dead-zone 0.004") == run("score s.csv --bars b.csv --model m")
    said = run("score s.csv --bars b.csv --model m --dead-zone 0.005", status=2).stderr
    assert "leave --dead-zone out" in said
    run("score s.csv --bars b.csv --model m --dead-zone 0.004")


def test_two_directions_have_no_zone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_bytes(to_bytes(bars(), "csv"))
    saved(tmp_path / "m", "logistic")
    run("predict --model m b.csv --all -o s.csv")
    assert "signals of two directions" in run("score s.csv --bars b.csv --dead-zone 0.01", status=65).stderr


def test_labels_of_ones_own_are_read_from_features(three):
    """Up when a close is above the one three bars before: no label that we could make."""
    rows = rows_of((three / "f.csv").read_text())
    for at, row in enumerate(rows):
        row["direction"] = int(at % 3 == 0) if row["direction"] else ""
    writer = csv.DictWriter(out := io.StringIO(), rows[0])
    writer.writeheader()
    writer.writerows(rows)
    (three / "own.csv").write_text(out.getvalue())
    run("fit own.csv --model logistic --folds 2 --save own -o p.csv")
    run("predict --model own b.csv --all -o s.csv")
    assert "signals of the label own" in run("score s.csv --bars b.csv", status=65).stderr
    said = run("score s.csv --bars b.csv --model own", status=65).stderr
    assert "SCORE-LABEL" in said
    assert "name FEATURES with these labels instead of BARS" in said
    by_date = {row["date"]: row["direction"] for row in rows}
    judged = [(s["prediction"], by_date[s["date"]]) for s in rows_of((three / "s.csv").read_text())]
    hits = [said == str(came) for said, came in judged if came != ""]
    (scored, _) = rows_of(run("score s.csv --bars own.csv --model own"))
    assert float(scored["accuracy"]) == pytest.approx(sum(hits) / len(hits), abs=1e-12)


def test_the_rule_is_the_one_that_was_saved(three):
    """Positions of score are those that predict gave, with the threshold of the run."""
    run("run ar1 --source b.csv --model logistic --folds 2 --window 6 --threshold 0.56 --save t -o o.csv")
    run("predict --model t b.csv --all -o s.csv")
    run("score s.csv --bars b.csv --model t --returns r.csv -o o.csv")
    given = {s["date"]: float(s["position"]) for s in rows_of((three / "s.csv").read_text())}
    booked = {
        r["date"]: float(r["position"])
        for r in rows_of((three / "r.csv").read_text())
        if r["model"] != "buy_hold"
    }
    assert booked == given
    assert 0 in given.values()
    run("score s.csv --bars b.csv --model t --threshold 0.5 --returns r.csv -o o.csv")
    loose = [float(r["position"]) for r in rows_of((three / "r.csv").read_text()) if r["model"] != "buy_hold"]
    assert 0 not in loose


def test_what_is_judged_otherwise_or_not_at_all_is_named(three):
    lines = (three / "s.csv").read_text().splitlines()
    other = [line.replace(",logistic,", ",tree,") for line in lines[1:]]
    plain = [",".join([*line.split(",")[:4], *line.split(",")[6:]]) for line in [lines[0], *other]]
    (three / "t.csv").write_text("\n".join(plain) + "\n")
    said = run("score t.csv --bars b.csv --model m").stderr
    assert "--model is not the model of ar1 tree (1 in all)" in said
    run("features b.csv --dead-zone 0.4 --dead-zone-unit volatility --sets lags --window 6 -o v.csv")
    run("fit v.csv --model logistic --folds 2 --save v -o p.csv")
    run("predict --model v b.csv --all -o s.csv")
    said = run("score s.csv --bars b.csv --model v").stderr
    # signals from bar 10 on (a window of 6 returns, each with a z-score of 6); deviations from bar 20 on
    assert "10 signals not scored: the label needs older bars" in said
