"""Job files: what they may hold, and the one line that says what is wrong with them."""

import datetime as dt
from pathlib import Path

import pytest

from signalcli.cli.job_file import as_texts, read_job, to_toml
from signalcli.config.job import sections
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
        "symbols": ("IBM", "^GSPC"),
        "start": dt.date(2004, 1, 2),
        "dead_zone": 0.001,
        "sets": ("lags", "rolling"),
        "models": ("ar", "tree"),
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
        ("[fit]\nseed = {a = 1}\n", "[fit]: seed = {a = 1}: must be a whole number, at least 0"),
        ("[fetch]\nsymbols = [1, 2]\n", "symbols = [1, 2]: must be names, separated by commas"),
        ("[fetch]\nstart = 2004-01-02T10:00:00\n", "must be a date such as 2024-01-31"),
        ("[fetch]\ndate_format = 1\n", "date_format = 1: must be text"),
        ("[predict]\nrefit_after = 30\n", "refit_after = 30: must be text"),
        ("[fit]\nseed = 99999999999999999999\n", "must be a whole number, at least 0 and at most 4294967295"),
        ("[backtest]\ncost_bps = inf\n", "must be a number, at least 0 and below 10000"),
        ("[backtest]\nrule = ['hold=0']\n", "rule hold=0: must be a whole number, at least 1"),
        ("[fit.set]\nunits = 3\n", "[fit.set.MODEL]"),
        (".".join("a" * 9000) + " = 1\n", "a key of more than 30 parts"),
        ("a = " + "[" * 5000 + "]" * 5000 + "\n", "nested too deeply"),
        ("# " + "x" * 300_000 + "\n", "a settings file has at most 200,000"),
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
        "symbols": ("A", 'b"c\\d'),
        "dead_zone": 0.25,
        "sets": ("lags",),
        "pooled": False,
        "set": ["tree.num_leaves=5"],
    }
    text = to_toml(settings, {"dead_zone": "a remark"})
    assert read_job(job(tmp_path, text)) == settings
    assert "dead_zone = 0.25  # a remark" in text
    assert "# seed =" in text
    assert all(f"[{section}]" in text for section in sections())


def test_every_default_is_read_back_as_it_is_typed(tmp_path: Path) -> None:
    defaults = {key: one.default for keys in sections().values() for key, one in keys.items() if key != "set"}
    job_file = job(tmp_path, to_toml(defaults, {}))
    given = {key: value for key, value in defaults.items() if value is not None}
    assert read_job(job_file) == given
    known = {one.parameter: one for keys in sections().values() for one in keys.values()}
    for name, text in as_texts(given).items():
        typed = ",".join(text) if isinstance(text, list) else text
        assert isinstance(typed, bool) or known[name].parse(typed) == given[known[name].key]


def test_the_older_spelling_of_trading_rules(tmp_path: Path) -> None:
    text = "[backtest]\nrule = ['hold=5', 'stop_loss=0.05']\n"
    assert read_job(job(tmp_path, text)) == {"hold": 5, "stop_loss": 0.05}
