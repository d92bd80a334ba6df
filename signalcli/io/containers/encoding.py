"""Text of any encoding → UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from signalcli.errors import DataError

_BLOCK = 2**20  # bytes checked at a time
_SAMPLE = 2**16  # bytes whose words decide between encodings of one byte
_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings of Windows, then of older systems; the first is taken when no word decides.
OLDER = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257",
    "gb18030", "cp932", "cp949", "big5", "mac_roman", "cp850", "cp437",
)  # fmt: skip


def to_utf8(content: bytes, where: str, is_word: Callable[[str], bool] | None) -> tuple[bytes, str | None]:
    """Return text in UTF-8, and a line that names its encoding where that had to be guessed.

    UTF-16 and UTF-32 are recognized with and without a byte-order mark. Of the older encodings that one is
    taken in which the most cells are words, as ``is_word`` says; without it the text stays as it is. Raises
    DataError for content that is no text.
    """
    wide = _marked(content) or _unmarked(content)
    if wide is not None:
        return _decode(content, wide, where).removeprefix("\ufeff").encode(), None
    if b"\0" in content[:_SAMPLE]:
        raise _binary(where)
    if is_word is None or _is_utf8(content):
        return content, None
    encoding = _older_encoding(content, is_word)
    if encoding is None:
        raise DataError("FILE-ENCODING", f"{where}: text in an unknown encoding; save the file as UTF-8")
    note = f"{where}: text is not UTF-8; read as {encoding}"
    return _decode(content, encoding, where).encode(), note


def _binary(where: str) -> DataError:
    text = f"{where}: a binary file of an unknown kind; export the bars to CSV or Parquet"
    return DataError("FILE-KIND", text)


def _marked(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)


def _unmarked(content: bytes) -> str | None:
    """Return the wide encoding whose zero bytes stand where those of digits and commas do."""
    head = content[: min(len(content), _SAMPLE) // 4 * 4]
    zeros = [head[i::4].count(0) / max(len(head) // 4, 1) for i in range(4)]
    first, second = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    candidates = {
        "utf-32-le": zeros[2] + zeros[3] == 2,
        "utf-32-be": zeros[0] + zeros[1] == 2,
        "utf-16-le": second > 0.4 and first < 0.05,
        "utf-16-be": first > 0.4 and second < 0.05,
    }
    return next((name for name, fits in candidates.items() if fits and _is_text(head, name)), None)


def _is_text(head: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding, without a zero character."""
    try:
        return "\0" not in head.decode(encoding)
    except UnicodeDecodeError:
        return False


def _decode(content: bytes, encoding: str, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        text = f"{where}:{line}: no {encoding.upper()} text from there on; the file is damaged or cut short"
        raise DataError("FILE-DAMAGED", f"{text}; get it again") from error


def _is_utf8(content: bytes) -> bool:
    """Whether the content is UTF-8, without a copy of it as text."""
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _BLOCK):
            decoder.decode(view[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _older_encoding(content: bytes, is_word: Callable[[str], bool]) -> str | None:
    """Return the older encoding in which the most cells are words; None when it fits none."""
    sample = b"\n".join(line for line in content[:_SAMPLE].splitlines() if not line.isascii())
    counts = {name: _count(content, sample, name, is_word) for name in OLDER}
    fitting = {name: number for name, number in counts.items() if number is not None}
    return max(fitting, key=lambda name: fitting[name] or 0, default=None)


def _count(content: bytes, sample: bytes, encoding: str, is_word: Callable[[str], bool]) -> int | None:
    """Return how many cells of the sample are words; None when the content is not in this encoding."""
    try:
        text = sample.decode(encoding, "replace")
        content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return sum(is_word(cell.strip("\"' ")) for cell in re.split(r"[,;\t|\n]", text))
