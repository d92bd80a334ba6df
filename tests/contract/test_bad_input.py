"""Bad input, from the shell: the status, one line, and nothing on stdout."""

import pytest

from shell import SAMPLE, run

HEAD = "date,open,high,low,close,volume\n"
VERBS = ["fetch --source -", "features -"]
JUDGES = ["backtest", "compare", "reliability", "confusion"]
READERS = [*VERBS, "forecast -"]


def rows(count=40, **changed):
    """Lines of good bars; ``row7="…"`` puts another text behind the date of line 7."""
    lines = [f"2024-0{1 + i // 28}-{1 + i % 28:02d},10,12,9,11,5" for i in range(count)]
    for name, text in changed.items():
        number = int(name.removeprefix("row")) - 2
        lines[number] = f"{lines[number][:10]},{text}"
    return "\n".join(lines) + "\n"


def refused(content, status, code, words, verb="fetch --source -"):
    result = run(verb, content, status=status)
    assert result == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"signalcli: error[{code}]: ")
    assert words in line
    return line


@pytest.mark.parametrize("verb", READERS)
@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "CSV-EMPTY", "stdin: empty"),
        (HEAD, "TABLE-EMPTY", "stdin: a header and no rows"),
        (HEAD.strip(), "TABLE-EMPTY", "stdin: a header and no rows"),
        ("date,open,high,low\n2024-01-02,1,2,1\n", "BARS-COLUMNS", "stdin:1: no column for close"),
        (HEAD + rows(row9="10,12,9,eleven,5"), "DATA-NUMBER", "stdin:9: close 'eleven' is not a number"),
        (HEAD + rows(row9="10,12,9,11,5,6"), "CSV-PARSE", "stdin:9: expected 6 columns, got 7"),
        (HEAD + rows(row9="10,12"), "CSV-PARSE", "stdin:9: expected 6 columns, got 3"),
        (HEAD + rows() + "soon,10,12,9,11,5\n", "DATA-DATE", "stdin:42: 'soon' is not a date"),
        (
            HEAD + rows() + "2024-01-05,10,12,9,11.5,5\n",
            "DATA-KEY",
            "stdin:42: bars 2024-01-05 appears twice",
        ),
        (bytes(range(256)) * 64, "FILE-KIND", "stdin: a binary file"),
    ],
)
def test_a_table_that_breaks_its_contract(verb, content, code, words):
    refused(content, 65, code, words, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_a_table_of_many_bad_rows(verb):
    """A forecast of closes needs the closes only."""
    content = HEAD + rows(row5="10,8,9,11,5", row6=",,,,", row7="0,1,1,1,1")
    refused(content, 65, "DATA-BADROWS", "8% of the rows are bad", verb)


@pytest.mark.parametrize(
    ("verb", "table"), [("fit -", "FEATURES"), *((f"{verb} -", "PREDICTIONS") for verb in JUDGES)]
)
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "CSV-EMPTY"),
        (HEAD, "TABLE-COLUMNS"),
        (HEAD + rows(), "TABLE-COLUMNS"),
        (b"\0\xff" * 99, "TABLE-COLUMNS"),
    ],
)
def test_later_verbs_name_the_table_they_want(verb, table, content, code):
    words = "empty" if code == "CSV-EMPTY" else f"a {table} table has symbol, date"
    refused(content, 65, code, words, verb)


@pytest.mark.parametrize("verb", ["fetch --source", "features", "forecast", "fit", *JUDGES])
def test_a_missing_file_and_a_folder_are_no_input(verb, tmp_path):
    refused("", 66, "INPUT-OPEN", "nowhere.csv: No such file or directory", f"{verb} {tmp_path}/nowhere.csv")
    refused("", 66, "INPUT-OPEN", f"{tmp_path}: Is a directory", f"{verb} {tmp_path}")


def test_symbols_and_windows_that_hold_nothing():
    refused("", 66, "SYMBOL-UNKNOWN", "no symbol 'IBN'; did you mean IBM", f"fetch IBN --source {SAMPLE}")
    refused("", 66, "DATA-WINDOW", "bars from 2000-03-01", f"fetch --source {SAMPLE} --start 2020-01-01")


def test_an_ambiguous_date_names_the_option_that_decides():
    content = "date,open,high,low,close\n1/2/2024,10,12,9,11\n"
    refused(content, 65, "DATA-DATE", "use --date-format '%d/%m/%Y' or '%m/%d/%Y'")
    assert (
        ",2024-02-01,"
        in "," + run("fetch --source - --date-format %d/%m/%Y", content).splitlines()[1].partition(",")[2]
    )


def test_splits_cannot_be_undone_without_their_column():
    refused("", 2, "ADJUST-SPLIT", "use --adjust total or raw", f"fetch IBM --source {SAMPLE} --adjust split")


@pytest.mark.parametrize("verb", VERBS)
def test_a_few_bad_rows_are_dropped_with_a_warning_each_kind(verb):
    content = HEAD + rows(100, row7="13,12,9,11,5", row8="10,12,10.5,11,5", row9="nan,12,9,11,5")
    lines = run(verb, content).stderr.splitlines()
    assert lines == [
        "signalcli: warning: stdin:9: a price is missing or not above 0 (1 of 100 rows); dropped",
        "signalcli: warning: stdin:7: open or close outside low … high (2 of 100 rows); dropped",
    ]
    assert run(f"{verb} --quiet", content).stderr == ""
    assert len(run(f"{verb} --bad-rows drop", content).splitlines()) == 98
    assert len(run(f"{verb} --bad-rows keep", content).splitlines()) == 100
    refused(content, 65, "DATA-PRICE", "stdin:9: a price is missing", f"{verb} --bad-rows error")


def test_a_kaggle_file_with_five_bad_rows_loads():
    """The shape of a well-known file: one row without an open, four with the open outside low … high."""
    lines = ["date,open,high,low,close,volume,Name"]
    for i in range(3000):
        cells = ["10", "12", "9", "11"]
        if i == 1000:
            cells = ["", "", "", "11"]
        if i in {50, 60, 2000, 2999}:
            cells[0] = "12.01"
        day = f"{2000 + i // 336}-{1 + i % 336 // 28:02d}-{1 + i % 28:02d}"
        lines.append(",".join([day, *cells, "500", "IBM"]))
    result = run("fetch IBM --source -", "\n".join(lines) + "\n")
    assert result.stderr.splitlines() == [
        "signalcli: warning: stdin:1002: a price is missing or not above 0 (1 of 3000 rows); dropped",
        "signalcli: warning: stdin:52: open or close outside low … high (4 of 3000 rows); dropped",
    ]
    assert len(result.splitlines()) == 1 + 2995


def test_a_row_said_twice_is_kept_once():
    content = HEAD + rows() + "2024-01-05,10,12,9,11,5\n"
    result = run("fetch --source -", content)
    assert result.stderr == "signalcli: warning: stdin:42: 1 row appears twice; kept once\n"
    assert len(result.splitlines()) == 41


def test_order_is_refused_only_with_strict():
    newest_first = HEAD + "".join(reversed(rows().splitlines(keepends=True)))
    assert run("fetch --source -", newest_first) == run("fetch --source -", HEAD + rows())
    refused(newest_first, 65, "DATA-ORDER", "stdin:3: bars: date before", "fetch --source - --strict")


def test_foreign_text_cannot_steer_the_terminal():
    content = "symbol,date,open,high,low,close\n\x1b[2Jx,2024-01-02,10,12,9,1\x1b]0;y\x07\n"
    line = refused(content, 65, "DATA-NUMBER", r"1\x1b]0;y\x07")
    assert line.isprintable()
    line = refused(HEAD + rows(), 66, "SYMBOL-UNKNOWN", r"\x1b[2J", "fetch 'a\x1b[2J\nb' c --source -")
    assert line.isprintable()
    assert refused("", 66, "INPUT-OPEN", r"\x1b[2J", "features 'a\x1b[2J\nb'").isprintable()
    assert refused("", 2, "SYNTHETIC-NAME", r"\x1b[2J", "fetch 'a\x1b[2J' --source synthetic").isprintable()
    assert refused("", 2, "MODEL-UNKNOWN", r"\x1b[2J", "models 'a\x1b[2J'").isprintable()
    assert refused("", 2, "USAGE", r"\x1b[2J", "'a\x1b[2J'").isprintable()
    assert refused("", 2, "USAGE", r"\x1b[2J", "fetch '--a\x1b[2J'").isprintable()


def test_the_input_is_never_changed(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_bytes(SAMPLE.read_bytes())
    before = path.stat().st_mtime_ns
    run(f"fetch --source {path} -o {tmp_path}/bars.csv")
    assert path.read_bytes() == SAMPLE.read_bytes()
    assert path.stat().st_mtime_ns == before
