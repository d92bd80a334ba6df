"""No verb replaces a file that it reads, or one that it has just written."""

from __future__ import annotations

from pathlib import Path

import pytest

from shell import run

BARS = "date,open,high,low,close,volume\n" + "".join(
    f"2024-01-{day:02d},10,12,8,{10 + day % 3 % 2},9\n" for day in range(1, 32)
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.csv", "p.csv", "s.csv"):
        (tmp_path / name).write_text(BARS)
    (tmp_path / "j.toml").write_text('[fetch]\nsource = "b.csv"\n')
    (tmp_path / "link.csv").symlink_to("b.csv")
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("features b.csv -o b.csv", "--output b.csv: this is the input, too"),
        ("features b.csv -o ./link.csv", "--output ./link.csv: this is the input, too"),
        ("features b.csv --save-spec b.csv", "--save-spec b.csv: this is the input, too"),
        ("fetch --source b.csv -o b.csv", "--output b.csv: this is the file of --source, too"),
        ("fit p.csv --params j.toml -o j.toml", "--output j.toml: this is the file of --params, too"),
        ("run j.toml -o j.toml", "--output j.toml: this is a file of settings, too"),
        ("backtest p.csv --returns x.csv -o x.csv", "--returns x.csv: this is the file of --output, too"),
        ("backtest p.csv --plot equity:x.svg --trades x.svg", ": this is the file of --trades, too"),
        ("score s.csv --bars b.csv --model m --drift b.csv", "--drift b.csv: this is the file of --bars"),
        ("tune p.csv --space j.toml --best j.toml", "--best j.toml: this is the file of --space, too"),
        ("tune p.csv --best x --history x", "this is the file of --best, too"),
        ("run A --source b.csv --save m --append x.csv -o x.csv", "this is the file of --append, too"),
    ],
)
def test_a_file_that_is_read_or_written_is_no_other_output(folder: Path, command: str, said: str) -> None:
    before = content(folder)
    assert said in run(command, status=2).stderr
    assert content(folder) == before


@pytest.mark.parametrize("target", ["/dev/null", "-", "new.csv", "s.csv"])
def test_other_files_are_written(target: str) -> None:
    run(f"fetch --source b.csv -o {target} -q")
    assert Path("b.csv").read_text() == BARS


def test_standard_output_and_devices_may_be_named_twice() -> None:
    run("features b.csv --sets lags --window 5 -o f.csv -q")
    run("fit f.csv --model majority --folds 2 --ledger off -o q.csv -q")
    run("backtest q.csv --returns /dev/null -o /dev/null -q")


def test_a_name_that_is_too_long_is_refused_as_a_value():
    done = run(f"metrics -o {'x' * 5000}", status=2)
    assert "--output xxx" in done.stderr
    assert done.stderr.endswith("…: must be text\n")
