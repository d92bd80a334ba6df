"""The same bars from every container, and from many files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bars_files import read_bars_csv
from containers import TABLES, TEXTS, duckdb_file, parquet_file, sqlite_file, xlsx, zipped
from shell import run
from signalcli.data.bars import to_bars

HEAD = "date,open,high,low,close,volume\n"


def bars(rows: int = 40, start: str = "2024-01-01", freq: str = "D", price: float = 10.0) -> pd.DataFrame:
    """Bars whose prices and volumes are short decimals."""
    steps = [round(price + (i * 7 % 11) / 4, 2) for i in range(rows)]
    dates = pd.date_range(start, periods=rows, freq=freq).astype("datetime64[us]")
    table = pd.DataFrame({"date": dates, "open": steps})
    return table.assign(
        high=[p + 1.25 for p in steps],
        low=[p - 1.5 for p in steps],
        close=[p + 0.5 for p in steps],
        volume=[float(100 + i) for i in range(rows)],
    )


def text(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


def read(content: bytes, folder: Path, name: str = "IBM.csv") -> pd.DataFrame:
    path = folder / name
    path.write_bytes(content)
    return to_bars(read_bars_csv(str(path)), where=name).bars


EXPECTED = bars().assign(symbol="IBM")[["symbol", "date", "open", "high", "low", "close", "volume"]]


@pytest.mark.parametrize("container", TEXTS)
def test_text_in_any_container_is_the_same_table(container, tmp_path):
    got = read(TEXTS[container](text(bars())), tmp_path)
    pd.testing.assert_frame_equal(got, EXPECTED, check_exact=True)


@pytest.mark.parametrize("container", TABLES)
def test_a_typed_table_in_any_container_is_the_same_table(container, tmp_path):
    got = read(TABLES[container](bars(), tmp_path), tmp_path)
    pd.testing.assert_frame_equal(got, EXPECTED, check_exact=True)


@pytest.mark.parametrize("container", [*TEXTS, *TABLES])
def test_a_pipe_of_any_container(container, tmp_path):
    """Without a name nothing is left to recognize a container by but its content."""
    write = (lambda: TEXTS[container](text(bars()))) if container in TEXTS else None
    content = write() if write else TABLES[container](bars(), tmp_path)
    result = run("fetch --source -", content)
    assert result.stderr == ""
    assert result == run("fetch --source -", text(bars()))


@given(
    st.sampled_from([*TEXTS, *TABLES]),
    st.integers(2, 30),
    st.sampled_from(["D", "h", "min", "W"]),
    st.floats(2, 9000).map(lambda x: round(x, 2)),
)
@settings(max_examples=60, deadline=None)
def test_any_bars_in_any_container_are_read_back_equal(tmp_path_factory, container, rows, freq, price):
    folder = tmp_path_factory.getbasetemp()
    table = bars(rows, "2023-12-25 13:30", freq, price)
    content = TEXTS[container](text(table)) if container in TEXTS else TABLES[container](table, folder)
    got = read(content, folder)
    assert got["date"].tolist() == table["date"].tolist()
    pd.testing.assert_frame_equal(got[list(table)], table, check_exact=True)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("IBM", "IBM"),
        ("IBM.txt", "IBM"),
        ("IBM.csv.gz", "IBM"),
        ("IBM.csv.zst", "IBM"),
        ("IBM.zip", "IBM"),
        ("BRK.B.csv", "BRK.B"),
    ],
)
@pytest.mark.parametrize("container", ["plain", "zstd", "zip", "utf-16 with mark"])
def test_the_name_says_the_symbol_and_nothing_else(name, symbol, container, tmp_path):
    got = read(TEXTS[container](text(bars())), tmp_path, name)
    assert got["symbol"].unique().tolist() == [symbol]


@pytest.mark.parametrize(
    ("verb", "container"),
    [
        ("features", "xz"),
        ("features", "zip"),
        ("features", "utf-16-le"),
        ("features", "xlsx"),
        ("features", "sqlite"),
        ("features", "duckdb"),
        ("features", "arrow file"),
        ("validate", "sqlite"),
        ("inspect", "zip"),
        ("forecast --test-from 2024-02-01 --window 5", "xlsx"),
    ],
)
def test_verbs_that_read_bars_read_every_container(verb, container, tmp_path):
    plain, packed = tmp_path / "plain" / "IBM.csv", tmp_path / "packed" / "IBM"
    for path in (plain, packed):
        path.parent.mkdir()
    plain.write_bytes(text(bars()))
    write = TEXTS[container](text(bars())) if container in TEXTS else TABLES[container](bars(), tmp_path)
    packed.write_bytes(write)
    assert run(f"{verb} {packed}") == run(f"{verb} {plain}") == run(f"{verb} --source {plain}")


def test_a_table_is_chosen_by_name_or_by_a_query(tmp_path):
    other = pd.DataFrame({"a": [1, 2]})
    for content in (
        sqlite_file(tmp_path, bars=bars(), other=other),
        duckdb_file(tmp_path, bars=bars(), other=other),
    ):
        path = tmp_path / "prices.db"
        path.write_bytes(content)
        before = path.read_bytes()
        (line,) = run(f"fetch --source {path}", status=2).stderr.splitlines()
        assert "2 tables (bars, other); choose one, such as --table bars" in line
        expected = run("fetch prices --source -", text(bars()))
        assert run(f"fetch --source {path} --table bars") == expected
        fetch = f"fetch --source {path} --query"
        assert run(fetch + " 'SELECT * FROM bars ORDER BY date DESC'") == expected  # noqa: S608
        half = run(fetch + """ "SELECT * FROM bars WHERE date >= '2024-01-21'" """)  # noqa: S608
        assert half.count("\n") == 21
        assert "did you mean bars" in run(f"fetch --source {path} --table bar", status=2).stderr
        assert run(f"features {path} --table bars") == run(f"features --source {path} --table bars")
        assert path.read_bytes() == before
        assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("made")) == ["prices.db"]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE bars",
        "DELETE FROM bars",
        "UPDATE bars SET close = 1",
        "CREATE TABLE x AS SELECT * FROM bars",
        "ATTACH 'other.db' AS o",
        "SELECT 1; SELECT 2",
        "PRAGMA database_list",
        "COPY bars TO 'out.csv'",
        "SELECT * FROM 'bars.csv'",
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "VACUUM",
        "",
        "SELECT * FROM nothing",
    ],
)
def test_a_query_only_selects_from_its_database(query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bars.csv").write_bytes(text(bars()))
    for content in (sqlite_file(tmp_path, bars=bars()), duckdb_file(tmp_path, bars=bars())):
        (tmp_path / "p.db").write_bytes(content)
        names = sorted(p.name for p in tmp_path.iterdir())
        (line,) = run(f'fetch --source p.db --query "{query}"', status=2).stderr.splitlines()
        assert line.startswith("signalcli: error[FILE-QUERY]: --query: p.db")
        assert (tmp_path / "p.db").read_bytes() == content
        assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_table_and_query_need_a_file_that_has_tables(tmp_path):
    (tmp_path / "a.csv").write_bytes(text(bars()))
    assert "leave --table out" in run(f"fetch {tmp_path}/a.csv --table x", status=2).stderr
    assert "is no database" in run(f"fetch {tmp_path}/a.csv --query 'SELECT 1'", status=2).stderr
    assert "used with a file" in run("fetch IBM --table x", status=2).stderr
    assert "left out with --query" in run("fetch a.db --table x --query 'SELECT 1'", status=2).stderr


def test_a_pipe_of_the_shell_has_no_name(tmp_path):
    import os

    reader, writer = os.pipe()
    os.write(writer, gzip.compress(text(bars())))
    os.close(writer)
    assert run(f"fetch --source /dev/fd/{reader}") == run("fetch --source -", text(bars()))
    os.close(reader)


def test_sheets_are_like_files(tmp_path):
    notes = pd.DataFrame({"remark": ["see the other sheets"]})
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx(AAPL=bars(), MSFT=bars(price=20.0), Notes=notes))
    result = run(f"fetch {path}")
    assert result.count("\nAAPL,") == result.count("\nMSFT,") == 40
    assert "1 file without bars left out" in result.stderr
    assert "book.xlsx[Notes]" in result.stderr
    alone = run(f"fetch {path} --table MSFT")
    assert alone.splitlines()[1:] == [line for line in result.splitlines() if line.startswith("MSFT,")]
    assert alone.stderr == ""


@pytest.mark.parametrize("freq", ["D", "h", "7min", "250ms"])
def test_a_midnight_in_a_sheet_is_a_moment_among_moments(freq, tmp_path):
    table = bars(30, "2024-01-01 22:00" if freq != "D" else "2024-01-01", freq)
    path = tmp_path / "b.xlsx"
    path.write_bytes(xlsx(bars=table))
    assert read_bars_csv(str(path))["date"].tolist() == table["date"].tolist()


def test_an_error_in_a_sheet_names_its_line(tmp_path):
    broken = bars(5).astype({"close": "object"})
    broken.loc[2, "close"] = "eleven"
    path = tmp_path / "b.xlsx"
    path.write_bytes(xlsx(above=3, bars=broken))
    assert f"{path}:7: close 'eleven' is not a number" in run(f"fetch {path}", status=65).stderr


def test_members_of_an_archive_are_like_files(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(
        zipped(AAPL__csv=text(bars()), MSFT__csv=text(bars(price=20.0)), README__md=b"# Prices\n\nof two\n")
    )
    result = run(f"fetch {path}")
    assert result.count("\nAAPL,") == result.count("\nMSFT,") == 40
    assert "all.zip/README.md" in result.stderr
    assert run(f"fetch MSFT --source {path}").count("\n") == 41


def test_files_whose_names_differ_in_dates_are_one_symbol(tmp_path):
    first, second = bars(31, freq="h"), bars(29, "2024-01-02 07:00", freq="h", price=11.0)
    members = {"BTCUSDT-1h-2024-01__csv": text(first), "BTCUSDT-1h-2024-02__csv": text(second)}
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(**members))
    result = run(f"fetch {path}")
    assert result.count("\nBTCUSDT-1h,") == 60
    assert "2 files (BTCUSDT-1h-2024-01 … BTCUSDT-1h-2024-02) are one symbol, BTCUSDT-1h" in result.stderr
    path.write_bytes(zipped(**{"2023__csv": text(first), "2024__csv": text(second)}))
    assert run(f"fetch {path}").count("\narchive,") == 60


def test_names_that_look_like_years_are_symbols_when_their_bars_overlap(tmp_path):
    path = tmp_path / "hk.zip"
    path.write_bytes(zipped(**{"2018__csv": text(bars()), "2020__csv": text(bars(price=20.0))}))
    result = run(f"fetch {path}")
    assert result.count("\n2018,") == result.count("\n2020,") == 40
    assert result.stderr == ""


def write(folder: Path, **tables: pd.DataFrame) -> list[Path]:
    paths = [folder / f"{name}.csv" for name in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        path.write_bytes(text(table))
    return paths


def test_several_files_are_one_table(tmp_path):
    one, two = write(tmp_path, AAPL=bars(), MSFT=bars(price=20.0))
    both = run(f"fetch --source {one} --source {two}")
    assert both.count("\nAAPL,") == both.count("\nMSFT,") == 40
    assert both.stderr == ""
    for same in (f"fetch {one} {two}", f"fetch --source {tmp_path}", f"fetch --source '{tmp_path}/*.csv'"):
        assert run(same) == both
    assert run(f"fetch MSFT {one} {two}") == run(f"fetch {two}")
    assert run(f"features {one} {two}") == run("features -", both)
    assert run(f"fetch --source {one} {two} --source {one}") == both
    assert run(f"validate {one} {two}").stderr == ""


def test_a_folder_leaves_out_what_is_no_table_and_says_so(tmp_path):
    write(tmp_path, AAPL=bars(), MSFT=bars(price=20.0))
    (tmp_path / "README.md").write_text("# Prices\n")
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><html><body>Not found</body></html>")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "more").mkdir()
    result = run(f"fetch --source {tmp_path}")
    assert result.count("\n") == 81
    assert "2 files without bars left out" in result.stderr
    assert "an HTML page" in result.stderr
    assert "1 folder in it left out" in result.stderr


def test_a_file_that_cannot_be_read_stops_the_others_only_where_nothing_was_written(tmp_path):
    one, _ = write(tmp_path, AAPL=bars(), MSFT=bars())
    (tmp_path / "MSFT.csv").write_bytes(gzip.compress(text(bars()))[:-9])
    result = run(f"fetch --source {tmp_path}", status=65)
    assert result == run(f"fetch {one}")
    assert "MSFT.csv: the gzip file is damaged or cut short" in result.stderr
    assert run(f"features {tmp_path}/AAPL.csv {tmp_path}/MSFT.csv", status=65) == ""


def test_every_file_that_cannot_be_read_is_named(tmp_path):
    for name in ("A", "B"):
        (tmp_path / f"{name}.csv").write_bytes(gzip.compress(text(bars()))[:-9])
    for verb in ("fetch", "features", "fetch IBM"):
        lines = run(f"{verb} {tmp_path}/A.csv {tmp_path}/B.csv", status=65).stderr.splitlines()
        assert len(lines) == 2
        assert all("is damaged or cut short" in line for line in lines)


def test_nothing_is_silently_empty(tmp_path):
    assert "no file matches" in run(f"fetch --source '{tmp_path}/*.csv'", status=66).stderr
    assert "Is a directory without files" in run(f"fetch --source {tmp_path}", status=66).stderr
    (tmp_path / "README").write_text("hello\n")
    assert "error[BARS-NONE]" in run(f"fetch --source {tmp_path}", status=65).stderr
    assert "No such file" in run(f"fetch {tmp_path}/IBM.csv", status=66).stderr
    assert "No such file" in run(f"fetch --source {tmp_path}/IBM.csv", status=66).stderr


@pytest.mark.parametrize(
    "address", ["https://example.org/a.csv", "s3://b/c.parquet", "ftp://h/x", "file:///etc/passwd"]
)
def test_no_address_is_fetched(address):
    for command in (f"fetch --source {address}", f"features {address}"):
        assert "error[SOURCE-URL]" in run(command, status=2).stderr


def test_overlapping_files_count_their_rows_once(tmp_path):
    write(tmp_path, a=bars(30).assign(symbol="IBM"), b=bars().assign(symbol="IBM"))
    result = run(f"fetch {tmp_path}/a.csv {tmp_path}/b.csv")
    assert result.count("\nIBM,") == 40
    assert f"{tmp_path}/b.csv:2: 30 rows appear twice; kept once" in result.stderr
    write(tmp_path, b=bars(price=11.0).assign(symbol="IBM"))
    line = run(f"fetch {tmp_path}/a.csv {tmp_path}/b.csv", status=65).stderr
    assert f"{tmp_path}/b.csv:2: IBM 2024-01-01 appears twice with different prices" in line


def test_intervals_of_one_symbol_must_agree(tmp_path):
    write(tmp_path, a=bars().assign(symbol="IBM"), b=bars(40, "2024-03-01", "h").assign(symbol="IBM"))
    line = run(f"fetch --source {tmp_path}", status=65).stderr
    assert "error[DATA-INTERVAL]: IBM: bars of different intervals" in line
    assert f"1d in {tmp_path}/a.csv, 1h in {tmp_path}/b.csv" in line
    write(tmp_path, a=bars(), b=bars(40, "2024-03-01", "h"))
    assert "symbols of different intervals: 1d in" in run(f"fetch --source {tmp_path}").stderr


def test_a_file_without_an_adjusted_close_keeps_its_prices(tmp_path):
    adjusted = bars().assign(**{"Adj Close": lambda t: t["close"] / 2})
    one, two = write(tmp_path, A=adjusted, B=bars())
    result = run(f"fetch {one} {two}")
    assert f"no adjusted close in {two}: prices as they stand, others adjusted" in result.stderr
    assert [line for line in result.splitlines() if line.startswith("B,")] == run(
        f"fetch {two}"
    ).splitlines()[1:]
    assert [line for line in result.splitlines() if line.startswith("A,")] == run(
        f"fetch {one}"
    ).splitlines()[1:]
    split = bars().assign(split=1.0)
    write(tmp_path, B=split)
    assert "use --adjust total or raw" in run(f"fetch {one} {two} --adjust split", status=2).stderr


def test_errors_of_several_files_name_file_and_line(tmp_path):
    broken = bars()
    broken.loc[4, "high"] = 1.0
    one, two = write(tmp_path, A=bars(), B=broken)
    result = run(f"fetch {one} {two}")
    assert f"warning: {two}:6: open or close outside low … high (1 of 80 rows); dropped" in result.stderr
    findings = run(f"validate {one} {two}", status=3)
    assert f"{two}:6: " in findings


def test_several_files_fill_one_store(tmp_path):
    one, two = write(tmp_path, AAPL=bars(), MSFT=bars(price=20.0))
    both = run(f"fetch {one} {two} --store {tmp_path}/store")
    assert both == run(f"fetch {one} {two}")
    assert run(f"features MSFT --store {tmp_path}/store --source {one} --source {two}") == run(
        f"features {two}"
    )


def test_a_large_file_is_read_as_before(tmp_path, monkeypatch):
    """A file that is streamed is not read as a whole by the containers."""
    from signalcli.features import stream

    monkeypatch.setattr(stream, "LARGE", 100)
    path = tmp_path / "large.csv"
    path.write_text(run("fetch --source -", text(bars())))
    monkeypatch.setattr("signalcli.io.containers.read.read_bytes", None)
    assert run(f"features {path}").count("\n") == 41


def test_parquet_with_categories_decimals_and_lists(tmp_path):
    import pyarrow as pa

    table = pa.Table.from_pandas(bars(), preserve_index=False)
    table = table.set_column(4, "close", table["close"].cast(pa.decimal128(20, 4)))
    table = table.append_column("symbol", pa.array(["IBM"] * 40).dictionary_encode())
    table = table.append_column("trades", pa.array([[1, 2]] * 40))
    table = table.set_column(0, "date", table["date"].cast(pa.date32()))
    path = tmp_path / "x.parquet"
    path.write_bytes(parquet_file(table))
    result = run(f"fetch {path}")
    assert result == run("fetch IBM --source -", text(bars()))
    assert "1 column of lists, structures or bytes (trades); left out" in result.stderr
