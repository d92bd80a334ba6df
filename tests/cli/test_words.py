"""Words that are symbols, files, or lists of them."""

import json
from pathlib import Path

import pytest

from shell import run
from signalcli.cli.words import expand_lists, split_words
from signalcli.config.fetch import FetchConfig
from signalcli.errors import NoInputError, UsageError

BARS = "date,open,high,low,close,volume\n" + "".join(
    f"2024-{1 + i // 28:02d}-{1 + i % 28:02d},10,12,9,{9 + (i * 7 % 11) / 4},{i}\n" for i in range(140)
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def split(*words, store=None, **given):
    names, config = split_words(list(words), FetchConfig(**given, store=store), given)
    return names, config.source


def test_words_without_files_are_symbols():
    assert split("IBM", "BRK-B", "^GSPC") == (["IBM", "BRK-B", "^GSPC"], "yahoo")
    Path("IBM").mkdir()  # a saved model, perhaps
    assert split("IBM") == (["IBM"], "yahoo")


def test_files_that_exist_are_read():
    for name in ("AAPL.csv", "MSFT.csv"):
        Path(name).write_text(BARS)
    assert split("AAPL.csv") == ([], "AAPL.csv")
    assert split("AAPL.csv", "MSFT.csv", "AAPL.csv") == ([], ("AAPL.csv", "MSFT.csv"))
    assert split("AAPL.csv", "IBM") == (["IBM"], "AAPL.csv")
    assert split("./AAPL.csv", source="MSFT.csv") == ([], ("MSFT.csv", "./AAPL.csv"))
    assert split("AAPL.csv", store="bars") == ([], "AAPL.csv")
    assert split("-") == ([], "-")


def test_a_path_that_does_not_exist_is_no_symbol():
    for word in ("AAPL.csv", "data/AAPL", "AAPL.parquet"):
        with pytest.raises(NoInputError, match="No such file"):
            split(word)
    line = run("run AAPL.csv", status=66).stderr
    assert line == (
        "signalcli: error[INPUT-OPEN]: AAPL.csv: No such file or directory; check the name and the working "
        "folder\n"
    )


@pytest.mark.parametrize("missing", ["gone.csv", "gone.prn", "data/gone"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_missing_file_is_named_wherever_it_stands(missing, place):
    Path("AAPL.csv").write_text(BARS)
    words = ["AAPL.csv", "MSFT"]
    words.insert(place, missing)
    with pytest.raises(
        NoInputError, match=f"^{missing}: No such file or directory; check the name and the working folder$"
    ):
        split(*words)


def test_a_word_that_is_neither_symbol_nor_file_is_named():
    for name in ("AAPL.csv", "MSFT.csv"):
        Path(name).write_text(BARS)
    line = run("fetch AAPL.csv MSFT.csv GONE", status=66).stderr
    assert "no symbol 'GONE'" in line
    assert "No file has that name" in line


def test_a_file_named_like_a_symbol_is_read_and_said():
    Path("IBM").write_text(BARS)
    result = run("fetch IBM")
    assert result.count("\nIBM,") == 140
    text = "IBM: read as the file of this name; --source yahoo asks for the symbol"
    assert result.stderr == f"signalcli: warning: {text}\n"
    assert split("IBM", source="yahoo") == (["IBM"], "yahoo")
    assert split("IBM", store="bars") == (["IBM"], "yahoo")


def test_a_file_beside_a_service_is_refused():
    Path("IBM.csv").write_text(BARS)
    for service in ("yahoo", "synthetic"):
        line = run(f"fetch IBM.csv --source {service}", status=2).stderr
        assert f"--source {service}: must be the only source, or a file" in line


def test_lists_of_words():
    Path("list.txt").write_text("# Dow\nIBM, AAPL\nMSFT  GE # three of them\n\nIBM\n")
    assert expand_lists(["X", "@list.txt"]) == ["X", "IBM", "AAPL", "MSFT", "GE"]
    Path("wide.txt").write_bytes("IBM\r\nAAPL\r\n".encode("utf-16"))
    assert expand_lists(["@wide.txt"]) == ["IBM", "AAPL"]
    assert expand_lists(["@"]) == ["@"]
    Path("empty.txt").write_text("# nothing\n")
    with pytest.raises(UsageError, match="no symbol in it"):
        expand_lists(["@empty.txt"])
    with pytest.raises(NoInputError, match=r"@none\.txt: No such file"):
        expand_lists(["@none.txt"])


def test_a_list_selects_symbols_of_a_file():
    Path("list.txt").write_text("B\nA\n")
    table = "symbol," + BARS.replace("\n2024", "\nA,2024")
    Path("all.csv").write_text(table + "".join(f"{s},2024-06-01,1,2,1,1,1\n" for s in "BC"))
    assert run("fetch @list.txt --source all.csv") == run("fetch A B --source all.csv")
    run("fetch @list.txt --source all.csv --store bars")
    assert run("fetch all.csv @list.txt").count("\n") == 142


def test_run_reads_files_and_the_pipe_gives_the_same_bytes():
    Path("AAPL.csv").write_text(BARS)
    whole = run("run AAPL.csv --model ar --folds 2 --window 3")
    assert whole == run("run AAPL --source AAPL.csv --model ar --folds 2 --window 3")
    features = run("features AAPL.csv --window 3")
    assert whole == run("backtest", run("fit --model ar --folds 2", features))


def test_a_job_file_names_several_sources(folder):
    (folder / "jobs").mkdir()
    for name in ("A", "B"):
        (folder / "jobs" / f"{name}.csv").write_text(BARS)
    job = folder / "jobs" / "job.toml"
    job.write_text('[fetch]\nsource = ["A.csv", "B.csv"]\n[fit]\nmodels = ["ar"]\nfolds = 2\n')
    plan = run("run jobs/job.toml --dry-run")
    assert 'source = ["jobs/A.csv", "jobs/B.csv"]  # job file' in plan
    assert "bars of every symbol from jobs/A.csv and 1 more" in plan
    assert run("run jobs/job.toml") == run("run jobs/A.csv jobs/B.csv --model ar --folds 2")


def test_the_environment_names_several_sources(monkeypatch):
    for name in ("one file", "B"):
        Path(f"{name}.csv").write_text(BARS)
    monkeypatch.setenv("SIGNALCLI_FETCH_SOURCE", "one file.csv:B.csv")
    assert run("fetch") == run("fetch --source 'one file.csv' --source B.csv")
    monkeypatch.setenv("SIGNALCLI_FETCH_SOURCE", "one file.csv")
    assert run("fetch").count("\none file,") == 140


def test_a_table_and_a_source_contradict_each_other():
    Path("a.csv").write_text(BARS)
    assert "a.csv and --source b.csv: give one" in run("features a.csv --source b.csv", status=2).stderr


def test_date_format_belongs_to_the_file_on_the_command_line():
    days = "date,open,high,low,close\n" + "".join(f"{d:02d}|01|2024,1,2,1,1\n" for d in range(1, 11))
    Path("a.csv").write_text(days)
    run("validate a.csv --date-format '%d|%m|%Y'")
    assert "used with a file as --source" in run("fetch IBM --date-format %d.%m.%Y", status=2).stderr


def test_the_ledger_repeats_a_run_of_several_files():
    for name in ("A", "B"):
        Path(f"{name}.csv").write_text(BARS)
    run("run A.csv B.csv --model ar --folds 2 --ledger l.sqlite")
    (first, *_) = json.loads(run("runs list --ledger l.sqlite --format json"))
    run(f"runs verify {first['run']} --ledger l.sqlite")
