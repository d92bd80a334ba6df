"""Files that are not read are named for what they are."""

import io
import tarfile
import zipfile

import pytest

from containers import zipped
from shell import run

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO(b""))
    return out.getvalue()


def encrypted_zip() -> bytes:
    """A zip whose only member has the flag of encryption in both of its headers."""
    content = bytearray(zipped(a__csv=b"date,open,high,low,close\n" * 9))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def odd_zip() -> bytes:
    content = bytearray(zipped(a__csv=b"x" * 99))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(mark) + offset] = 98  # PPMd
    return bytes(content)


KINDS = {
    "an HTML page": b"\n<!DOCTYPE html>\n<html><head><title>404</title></head></html>",
    "HTML page": b"<html lang='en'><table><tr><td>1</td></tr></table></html>",
    "HTML": "<html><body>MetaTrader report</body></html>".encode("utf-16"),
    "an Excel 2003 XML file": b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>',
    "an XML document": b'<?xml version="1.0"?><prices><p>1</p></prices>',
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 9\n",
    "a git-annex pointer": b"/annex/objects/SHA256E-s9--aa.csv\n",
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "an old Excel .xls": OLE + "Workbook".encode("utf-16-le"),
    "a Word file": OLE + "WordDocument".encode("utf-16-le"),
    "an Office file with a password": OLE + "EncryptedPackage".encode("utf-16-le"),
    "Word file": zipped(**{"word/document__xml": b"<w/>"}),
    "an OpenDocument file": zipped(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content__xml=b"<a/>"
    ),
    "a binary Excel .xlsb": zipped(**{"xl/workbook__bin": b"\1"}),
    "an encrypted zip archive": encrypted_zip(),
    "a method that is not known": odd_zip(),
    "an archive without a file": zipped(),
    "a RAR archive": b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60),
    "a tar archive": tar(),
    "an LZ4 file": b"\x04\x22\x4d\x18" + bytes(60),
    "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(60),
    "a NumPy array": b"\x93NUMPY\x01\x00" + bytes(60),
    "a Python pickle": b"\x80\x04\x95" + bytes(60),
    "an Avro file": b"Obj\x01\x04" + bytes(60),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(60),
    "an R data file": b"RDX3\nX\n" + bytes(60),
    "an encrypted file": b"Salted__" + bytes(range(1, 60)),
    "an encrypted Parquet file": b"PARE" + bytes(60),
    "an LZMA file": b"\x5d\x00\x00\x80\x00" + b"\xff" * 8 + bytes(30),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "a Microsoft Access database": b"\x00\x01\x00\x00Standard ACE DB\x00" + bytes(60),
    "a binary file of an unknown kind": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_not_read_is_named(name):
    result = run("fetch --source -", KINDS[name], status=65)
    assert result == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("signalcli: error[FILE-")
    assert name in line


@pytest.mark.parametrize("name", ["an HTML page", "a PDF", "an old Excel .xls", "a Git LFS pointer"])
def test_later_verbs_name_it_as_well(name):
    assert name in run("fit -", KINDS[name], status=65).stderr
    assert name in run("backtest -", KINDS[name], status=65).stderr


@pytest.mark.parametrize(
    "header",
    ["<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>", "ORC,open,high,low,close", "MZ,o", "BZh9,x", "LZIP,y"],
)
def test_text_that_begins_like_another_kind_is_text(header):
    result = run("fetch --source -", f"{header}\n1,2\n", status=65)
    assert "FILE-" not in result.stderr


def test_a_sparse_member_of_a_stored_zip_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("__MACOSX/._bars.csv", b"\x00\x05")
        archive.writestr("bars.csv", "date,open,high,low,close,volume\n2024-01-02,1,2,0.5,1.5,9\n")
    assert "2024-01-02,1,2,0.5,1.5,9" in run("fetch --source -", out.getvalue())
