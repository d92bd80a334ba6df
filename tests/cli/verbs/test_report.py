"""``report``, ``run --report`` and ``--plot``: files, formats, refusals before the work."""

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from random_predictions import random_predictions
from shell import SAMPLE, run
from signalcli.config.plot import PlotConfig


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("p") / "predictions.csv"
    random_predictions(rows=80, skill=0.6).to_csv(file, index=False)
    return file


def texts(page: str) -> str:
    """Text of a page."""
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(page)
    return " ".join(" ".join(words).split())


def test_a_pipe_gets_html_and_a_name_decides(predictions: Path, tmp_path: Path) -> None:
    page = run(f"report {predictions} --ledger off")
    assert page.startswith("<!DOCTYPE html>")
    assert "1 of 2 models beat the best baseline" in texts(page)
    run(f"report - --ledger off -o {tmp_path}/r.html", predictions.read_text())
    assert (tmp_path / "r.html").read_text() == page
    run(f"report {predictions} --ledger off -o {tmp_path}/r.md")
    assert (tmp_path / "r.md").read_text() == run(f"report {predictions} --format md --ledger off")


def test_a_report_on_one_bar_does_not_know_how_many_make_a_year(predictions: Path) -> None:
    head, *rows = predictions.read_text().splitlines()
    one = "\n".join([head, *(row for row in rows if row.split(",")[1] == rows[0].split(",")[1])])
    assert "- Bars: 1\n" in run("report - --format md --ledger off", f"{one}\n")


def test_the_sentence_of_compare_is_the_verdict(predictions: Path) -> None:
    rows = run(f"compare {predictions} --ledger off").splitlines()
    assert any(row.startswith("AAA,ar,log_loss") and row.endswith("edge") for row in rows)
    assert run(f"report {predictions} --format md --ledger off").splitlines()[2].startswith("**An edge")


def test_another_rule_gives_another_report_and_a_trial_in_the_ledger(tmp_path: Path) -> None:
    ledger, file = tmp_path / "l.sqlite", tmp_path / "p.csv"
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 160 --seed 1"))
    run(f"fit - --model ar --folds 2 --ledger {ledger} -o {file}", features)
    free = run(f"report {file} --ledger {ledger} --format md")
    assert "Trials on these data: 1" in free
    dear = run(f"report {file} --ledger {ledger} --format md --cost-bps 50")
    assert "Trials on these data: 2" in dear
    assert "Costs: 50 bps of turnover" in dear


def test_several_tables_are_one_report(predictions: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    random_predictions(rows=80, models=("lstm",), seed=0).to_csv(other, index=False)
    assert "Models: ar, lstm, tree" in run(f"report {predictions} {other} --format md --ledger off")
    twice = run(f"report {predictions} {predictions} --format md", status=2)
    assert "COMPARE-TWICE" in twice.stderr


def test_predictions_without_baselines_have_a_report_without_a_verdict(predictions: Path) -> None:
    lines = predictions.read_text().splitlines()
    alone = "\n".join([lines[0], *(line for line in lines if ",ar," in line)]) + "\n"
    text = run("report - --format md --ledger off", alone)
    assert "No verdict&#58; AAA&#58; no model or no baselines" in text


@pytest.mark.parametrize(
    ("options", "code"),
    [("-o report.pdf", "REPORT-FORMAT"), ("-o report", "REPORT-FORMAT"), ("--format pdf", "OPTION-VALUE")],
)
def test_other_formats_are_refused(predictions: Path, options: str, code: str) -> None:
    assert code in run(f"report {predictions} {options}", status=2).stderr


def test_run_writes_a_report_beside_its_metrics(tmp_path: Path) -> None:
    command = f"run IBM --source {SAMPLE} --start 2011-01-01 --window 5 --model ar --folds 2 --ledger off"
    metrics = run(f"{command} --report {tmp_path}/r.md")
    assert metrics == run(command)
    assert (tmp_path / "r.md").read_text().startswith("## signalcli report&#58; IBM")
    assert "REPORT-FORMAT" in run(f"{command} --report r.txt", status=2).stderr


@pytest.mark.parametrize("figure", ["equity", "drawdown", "months", "calibration", "rolling"])
def test_a_figure_beside_the_table(predictions: Path, tmp_path: Path, figure: str) -> None:
    table = run(f"backtest {predictions} --ledger off --plot {figure} {tmp_path}/a.svg")
    assert table == run(f"backtest {predictions} --ledger off")
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


def test_compare_draws_its_verdict(predictions: Path, tmp_path: Path) -> None:
    table = run(f"compare {predictions} --ledger off --plot {tmp_path}/a.svg")
    assert table == run(f"compare {predictions} --ledger off")
    run(f"compare {predictions} --ledger off --plot equity {tmp_path}/b.svg")
    assert (tmp_path / "a.svg").read_bytes() != (tmp_path / "b.svg").read_bytes()


def test_text_takes_the_place_of_the_table(predictions: Path, tmp_path: Path) -> None:
    equity = run(f"backtest {predictions} --ledger off --plot -")
    assert equity.startswith("Equity, value of 1 after costs")
    assert equity == run(f"backtest {predictions} --ledger off --plot equity -")
    assert equity == run(f"compare {predictions} --ledger off --plot -")
    assert run(f"backtest {predictions} --ledger off --plot drawdown - -o {tmp_path}/m.csv").startswith(
        "Draw"
    )
    assert (tmp_path / "m.csv").read_text() == run(f"backtest {predictions} --ledger off")
    assert "PLOT-STDOUT" in run(f"backtest {predictions} --plot - --returns -", status=2).stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--plot pie a.svg", "PLOT-FIGURE"),
        ("--plot months -", "PLOT-TEXT"),
        ("--plot a.jpg", "PLOT-FORMAT"),
        ("--plot verdict a.svg", "PLOT-FIGURE"),
    ],
)
def test_figures_that_cannot_be_drawn(predictions: Path, options: str, code: str) -> None:
    assert code in run(f"backtest {predictions} --ledger off {options}", status=2).stderr


@pytest.mark.parametrize(
    ("text", "figure", "file"),
    [
        ("a.svg", "equity", "a.svg"),
        ("months:a.svg", "months", "a.svg"),
        ("./a:b.svg", "equity", "./a:b.svg"),
        ("my figure.svg", "equity", "my figure.svg"),
        ("-", "equity", "-"),
        ("drawdown:-", "drawdown", "-"),
    ],
)
def test_a_value_is_a_file_or_a_figure_and_a_file(text: str, figure: str, file: str) -> None:
    config = PlotConfig(text)
    assert (config.figure("equity"), config.file) == (figure, file)


def test_the_environment_names_figure_and_file(
    predictions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALCLI_BACKTEST_PLOT", f"trades:{tmp_path}/t.svg")
    run(f"backtest {predictions} --ledger off")
    assert os.path.getsize(tmp_path / "t.svg") > 1000  # noqa: PTH202


def test_runs_of_the_ledger_side_by_side(tmp_path: Path, predictions: Path) -> None:
    ledger = tmp_path / "l.sqlite"
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 160 --seed 1"))
    for p in (1, 3):
        run(f"fit - --model ar --set ar.p={p} --folds 2 --ledger {ledger}", features)
    first, second = (row.split(",")[0] for row in run(f"runs list --ledger {ledger}").splitlines()[1:])
    text = run(f"report --runs {first},{second[:6]} --ledger {ledger} --format md")
    assert "**2 runs of the ledger.** 8 fits, on the same tested bars" in text
    (row,) = [line for line in text.splitlines() if line.startswith("| fit.settings")]
    assert "'p'&#58; 1" in row
    assert "'p'&#58; 3" in row
    assert not [line for line in text.splitlines() if line.startswith("| folds.folds")]
    run(f"report --runs {first} --ledger {ledger} -o {tmp_path}/r.html")
    assert "1 run of the ledger" in texts((tmp_path / "r.html").read_text())
    assert "LEDGER-RUN" in run(f"report --runs nothing --ledger {ledger}", status=2).stderr
    assert "OPTION-VALUE" in run(f"report {predictions} --runs {first} --ledger {ledger}", status=2).stderr


IMPORTANCE = "symbol,model,method,level,feature,value,floor,spread,rank,verdict,rows"


def of_importance(models: tuple[str, ...], *, folds: int = 0) -> str:
    """IMPORTANCE of two features, of which ``size`` is above the floor."""
    lines = [IMPORTANCE + (",fold" if folds else "")]
    for model in models:
        for fold in range(1, folds + 1) if folds else [None]:
            end = "" if fold is None else f",{fold}"
            lines.append(f"AAA,{model},permutation,feature,size<b>,0.5,0.1,0.01,1,above,70{end}")
            lines.append(f"AAA,{model},permutation,feature,color,0.05,0.1,0.01,2,noise,70{end}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folds", [0, 2])
def test_importances_at_hand_are_a_section(predictions: Path, tmp_path: Path, folds: int) -> None:
    file = tmp_path / "i.csv"
    file.write_text(of_importance(("ar",), folds=folds))
    page = run(f"report {predictions} --ledger off --importance {file}")
    words = texts(page)
    assert "Importance of features" in words
    assert "1 of 2 features above the noise floor: size<b>." in words
    assert "size<b>" not in page
    short = run(f"report {predictions} --ledger off --format md --importance {file}")
    rows = [line for line in short.splitlines() if "permutation" in line]
    assert len(rows) == 2 * max(folds, 1)
    assert [row.split(" | ")[-1] for row in rows][:2] == ["above |", "noise |"]
    assert "Importance" not in run(f"report {predictions} --ledger off --format md")


def test_importances_of_other_models_are_told(predictions: Path, tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text(of_importance(("ar", "lstm")))
    some = run(f"report {predictions} --ledger off --format md --importance {tmp_path}/some.csv")
    assert "--importance: 1 model left out, without predictions: lstm" in some.stderr
    assert "lstm" not in some
    (tmp_path / "none.csv").write_text(of_importance(("lstm",)))
    none = run(f"report {predictions} --ledger off --importance {tmp_path}/none.csv", status=65)
    assert "error[REPORT-IMPORTANCE]" in none.stderr
    mixed = run(f"report --runs abc --ledger off --importance {tmp_path}/none.csv", status=2)
    assert "--importance" in mixed.stderr
