"""Packed files, with a limit."""

import bz2
import gzip
import lzma

import pytest

from containers import TEXTS, ipc_file, parquet_file, xlsx, zipped, zstd
from shell import run
from signalcli.errors import DataError
from signalcli.io.containers.budget import RATIO, SMALL, Budget
from signalcli.io.containers.packed import unpack

PACKERS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd}
ROWS = b"".join(b"2024-01-%02d,10,12,9,11,%d\n" % (day, day * 7919) for day in range(1, 29))
BARS = b"date,open,high,low,close,volume\n" + ROWS


@pytest.mark.parametrize("kind", PACKERS)
def test_every_member_is_unpacked(kind):
    pack = PACKERS[kind]
    assert unpack(pack(b"one ") + pack(b"two"), "x") == b"one two"
    assert unpack(pack(pack(b"one")), "x") == b"one"
    assert unpack(b"", "x") == b""
    assert unpack(b"plain", "x") == b"plain"


@pytest.mark.parametrize("kind", PACKERS)
def test_the_limit_holds_across_members_and_layers(kind):
    pack = PACKERS[kind]
    packed = pack(bytes(600)) * 2
    assert len(unpack(packed, "x", Budget(1200, 1200))) == 1200
    for content in (packed, pack(packed)):
        with pytest.raises(DataError, match="more than 1,199 bytes"):
            unpack(content, "x", Budget(1199, 1199))


def test_the_limit_is_a_multiple_of_the_size():
    assert Budget.of(bytes(10)).limit == SMALL
    assert Budget.of(bytes(10**6)).limit == RATIO * 10**6
    assert Budget.of(bytes(10**6), most=7).limit == 7


@pytest.mark.parametrize("kind", PACKERS)
def test_a_file_that_is_cut_short_or_changed_says_so(kind):
    packed = PACKERS[kind](BARS)
    wrong = [packed[:-1], packed[:-9], packed[: len(packed) // 2], packed[:12], packed + b"PK?"]
    for content in wrong:
        with pytest.raises(DataError) as caught:
            unpack(content, "x.csv")
        assert caught.value.code == "FILE-DAMAGED"
        assert f"x.csv: the {kind} file is damaged or cut short" in caught.value.message
    assert unpack(gzip.compress(BARS) + bytes(512), "x") == BARS  # a tape pads with zeros


def test_a_file_packed_again_and_again_is_a_trap():
    content = b"x"
    for _ in range(6):
        content = gzip.compress(content)
    with pytest.raises(DataError, match="packed more than"):
        unpack(content, "x")


BOMB = bytes(80_000_000)


@pytest.mark.parametrize("kind", ["gzip", "zstd", "zip", "zip of gzip", "gzip of zip"])
def test_a_bomb_is_one_line(kind):
    content = {
        "gzip": lambda: gzip.compress(BOMB),
        "zstd": lambda: zstd(BOMB),
        "zip": lambda: zipped(a__csv=BOMB),
        "zip of gzip": lambda: zipped(a__csv=gzip.compress(BOMB, 1)),
        "gzip of zip": lambda: gzip.compress(zipped(a__csv=BOMB, b__csv=b"x")),
    }[kind]()
    (line,) = run("fetch --source -", content, status=65).stderr.splitlines()
    assert "error[FILE-LARGE]" in line
    assert f"more than {SMALL:,} bytes unpacked" in line


def test_a_workbook_that_spans_more_cells_than_it_holds():
    import zipfile
    from io import BytesIO

    import pandas as pd

    content = xlsx(bars=pd.DataFrame({"a": [1]}))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A2"', b'r="ZZ24000"'))
    assert "error[FILE-LARGE]" in run("fetch --source -", out.getvalue(), status=65).stderr


def _frame():
    import pandas as pd

    return pd.DataFrame({"date": pd.date_range("2024-01-01", periods=28), "close": 1.5})


DAMAGED = {
    **{name: TEXTS[name] for name in ("gzip", "bzip2", "xz", "zstd", "zip", "utf-16 with mark")},
    "parquet": lambda _: parquet_file(_frame()),
    "arrow": lambda _: ipc_file(_frame()),
    "xlsx": lambda _: xlsx(bars=_frame()),
}


@pytest.mark.parametrize("kind", DAMAGED)
@pytest.mark.parametrize("part", [0.3, 0.97])
def test_a_container_that_is_cut_short_is_one_line(kind, part):
    content = DAMAGED[kind](BARS)
    cut = content[: int(len(content) * part) // 2 * 2 + 1]
    result = run("fetch --source -", cut, status=65)
    assert result == ""
    (line,) = result.stderr.splitlines()
    assert "error[FILE-DAMAGED]: stdin" in line


@pytest.mark.parametrize("kind", DAMAGED)
def test_one_changed_byte_is_an_error_or_changes_nothing_silently(kind):
    """A checksum or a reader notices; where there is none, a table comes out, or one line."""
    content = bytearray(DAMAGED[kind](BARS))
    for place in (len(content) // 3, len(content) // 2, len(content) - 20):
        changed = bytes(content[:place]) + bytes([content[place] ^ 0x55]) + bytes(content[place + 1 :])
        try:
            run("fetch --source -", changed)
        except AssertionError:
            run("fetch --source -", changed, status=65)
