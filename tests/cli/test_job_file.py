"""Job files: what they may say, and which one line says what is wrong with them."""

from pathlib import Path

import pytest

from signalcli.cli.job_file import SECTIONS, read_job, to_toml
from signalcli.errors import ConfigError, NoInputError


def job(tmp_path: Path, text: str) -> str:
    path = tmp_path / "job.toml"
    path.write_text(text)
    return str(path)


def test_every_kind_of_value(tmp_path: Path) -> None:
    text = """
    [fetch]
    symbols = ["IBM", "^GSPC"]
    start = 2004-01-02
    [features]
    dead_zone = 0.001
    sets = ["lags", "rolling"]
    [fit]
    models = "ar,tree"
    pooled = true
    [fit.set.lstm]
    units = [64, 32]
    bidirectional = true
    """
    assert read_job(job(tmp_path, text)) == {
        "symbols": ["IBM", "^GSPC"],
        "start": "2004-01-02",
        "dead_zone": 0.001,
        "sets": "lags,rolling",
        "models": "ar,tree",
        "pooled": True,
        "set": ["lstm.units=64,32", "lstm.bidirectional=true"],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[fetch\n", "not TOML"),
        ("[fitt]\nseed = 1\n", "did you mean fit"),
        ("[fit]\nsede = 1\n", "no key in [fit] 'sede'; did you mean seed"),
        ("fit = 3\n", "write [fit] above its keys"),
        ("[fit]\nseed = {a = 1}\n", "not a value it can have"),
        ("[fetch]\nsymbols = [1, 2]\n", "not a value it can have"),
        ("[fetch]\nstart = 2004-01-02T10:00:00\n", "not a value it can have"),
        ("[fit.set]\nunits = 3\n", "[fit.set.MODEL]"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_job(job(tmp_path, text))
    assert says in error.value.message
    assert "job.toml" in error.value.message
    assert "\n" not in error.value.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    path.write_bytes(b"[fit]\nmodels = '\xff'\n")
    with pytest.raises(ConfigError, match="not TOML"):
        read_job(str(path))


def test_a_missing_file() -> None:
    with pytest.raises(NoInputError):
        read_job("nowhere.toml")


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    settings = {
        "symbols": ["A", 'b"c\\d'],
        "dead_zone": 0.25,
        "sets": ["lags"],
        "pooled": False,
        "set": ["tree.num_leaves=5"],
    }
    text = to_toml(settings, {"dead_zone": "a remark"})
    assert read_job(job(tmp_path, text)) == settings | {"sets": "lags"}
    assert "dead_zone = 0.25  # a remark" in text
    assert "# seed =" in text
    assert all(f"[{section}]" in text for section in SECTIONS)
