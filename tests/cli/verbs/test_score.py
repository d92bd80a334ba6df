"""The score verb, from a saved model to what became of its signals."""

from shell import SAMPLE, run


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
