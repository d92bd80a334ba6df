"""Compiled programs: only what is listed with its hash is left for TensorFlow to load."""

import os

import pytest

from signalcli.training.cache import programs
from signalcli.training.cache.programs import FLAGS, PROGRAMS, kept_programs, program_files


@pytest.fixture(autouse=True)
def _no_flags(monkeypatch):
    monkeypatch.delenv(FLAGS, raising=False)
    monkeypatch.setattr(programs, "describe_environment", lambda _: ["x"])


def folder_of(root):
    return next((root / PROGRAMS).iterdir())


def test_the_folder_is_named_to_tensorflow_while_the_block_runs(tmp_path, monkeypatch):
    with kept_programs(tmp_path):
        assert os.environ[FLAGS] == f"--tf_xla_persistent_cache_directory={folder_of(tmp_path)}"
    assert FLAGS not in os.environ
    monkeypatch.setenv(FLAGS, "--tf_xla_auto_jit=0")
    with kept_programs(tmp_path):
        assert os.environ[FLAGS].startswith("--tf_xla_auto_jit=0 --tf_xla_persistent")
    assert os.environ[FLAGS] == "--tf_xla_auto_jit=0"
    assert folder_of(tmp_path).stat().st_mode & 0o777 == 0o700


def test_what_was_written_in_the_block_stays(tmp_path):
    with kept_programs(tmp_path):
        (folder_of(tmp_path) / "a.pb").write_bytes(b"program")
    with kept_programs(tmp_path):
        assert (folder_of(tmp_path) / "a.pb").read_bytes() == b"program"
    assert [path.name for path in program_files(tmp_path)] == ["a.pb", "hashes.json"]


@pytest.mark.parametrize("damage", ["changed", "unlisted", "link", "list"])
def test_what_cannot_be_believed_is_removed(tmp_path, damage):
    with kept_programs(tmp_path):
        program = folder_of(tmp_path) / "a.pb"
        program.write_bytes(b"program")
    if damage == "changed":
        program.write_bytes(b"pr0gram")
    elif damage == "unlisted":
        program = program.with_name("b.pb")
        program.write_bytes(b"program")
    elif damage == "link":
        program.rename(tmp_path / "elsewhere")
        program.symlink_to(tmp_path / "elsewhere")
    else:
        program.with_name("hashes.json").write_bytes(b"[")
    with kept_programs(tmp_path):
        assert not program.exists()
        assert not program.is_symlink()


def test_a_folder_open_to_others_a_full_disk_and_the_users_own_folder_are_left_alone(tmp_path, monkeypatch):
    with kept_programs(tmp_path):
        pass
    folder_of(tmp_path).chmod(0o777)
    with kept_programs(tmp_path):
        assert FLAGS not in os.environ
    folder_of(tmp_path).chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programs, "_free_bytes", lambda _: 0)
        with kept_programs(tmp_path):
            assert FLAGS not in os.environ
    monkeypatch.setenv(FLAGS, "--tf_xla_persistent_cache_directory=/mine")
    with kept_programs(tmp_path):
        assert os.environ[FLAGS] == "--tf_xla_persistent_cache_directory=/mine"
