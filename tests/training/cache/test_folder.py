"""The folder: atomic entries, a bound, and nothing else touched."""

import os
import threading

import pytest

from signalcli.training.cache.folder import TAG, CacheFolder

KEYS = [f"{number:02x}" + "0" * 62 for number in range(20)]
PAGE = 4096


@pytest.fixture
def root(tmp_path):
    return tmp_path / "cache"


def test_an_entry_is_read_back_and_a_missing_one_is_none(root):
    folder = CacheFolder(root, 2**20)
    assert folder.read(KEYS[0]) is None
    folder.write(KEYS[0], b"one")
    folder.write(KEYS[0], b"two")
    assert folder.read(KEYS[0]) == b"two"
    assert folder.read(KEYS[1]) is None
    assert (root / TAG).read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")
    assert root.stat().st_mode & 0o777 == 0o700


def test_above_the_bound_the_entries_not_used_for_longest_go(root):
    folder = CacheFolder(root, 2**30)
    for age, key in enumerate(KEYS):
        folder.write(key, b"x" * PAGE)
        os.utime(folder._path(key), (1000 - age, 1000 - age))  # the first is the newest
    os.utime(folder._path(KEYS[-1]), (1, 1))
    assert folder.read(KEYS[-1]) is not None  # used now
    bounded = CacheFolder(root, 10 * PAGE)
    bounded.trim()
    kept = {f"{one.path.parent.name}{one.path.name}" for one in bounded.entries()}
    assert kept == {KEYS[-1], *KEYS[:8]}  # nine tenths of ten pages


def test_writing_keeps_to_the_bound(root):
    folder = CacheFolder(root, 10 * PAGE)
    for key in KEYS:
        folder.write(key, b"x" * PAGE)
        assert sum(one.size for one in folder.entries()) <= 11 * PAGE
    assert folder.read(KEYS[-1]) is not None


def test_clear_removes_entries_and_nothing_else(root):
    folder = CacheFolder(root, 2**20)
    folder.write(KEYS[0], b"x")
    strangers = [root / "notes.txt", root / "fits" / "00" / "mine.csv"]
    for path in strangers:
        path.write_text("keep")
    assert folder.clear() == (1, PAGE)
    assert list(folder.entries()) == []
    assert all(path.read_text() == "keep" for path in strangers)


def test_links_and_pipes_are_no_entries(root):
    folder = CacheFolder(root, 2**20)
    folder.write(KEYS[0], b"x")
    pipe, link = folder._path(KEYS[1]), folder._path(KEYS[2])
    for path in (pipe, link):
        path.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    link.symlink_to(folder._path(KEYS[0]))
    assert folder.read(KEYS[1]) is None
    assert folder.read(KEYS[2]) is None
    assert len(list(folder.entries())) == 1


def test_what_a_killed_writer_left_goes_after_an_hour(root):
    folder = CacheFolder(root, 2**20)
    folder.write(KEYS[0], b"x")
    place = folder._path(KEYS[0])
    old, new = (place.with_name(f".{place.name}.{n}.tmp") for n in ("00000000", "11111111"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    folder.trim()
    assert not old.exists()
    assert new.exists()


def test_two_writers_and_a_reader_never_see_half_an_entry(root):
    contents = [bytes([letter]) * 50_000 for letter in b"ab"]
    seen = set()

    def write(content):
        folder = CacheFolder(root, 2**30)
        for _ in range(50):
            folder.write(KEYS[0], content)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen.add(CacheFolder(root, 2**30).read(KEYS[0]))
    assert seen <= {None, *contents}
