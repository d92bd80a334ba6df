"""Every verb that reads bars reads them from a store as well, and says the same."""

import pytest

from shell import SAMPLE, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("stored")
    bars = run(f"fetch IBM --source {SAMPLE} --end 2003-12-31")
    (here / "bars.csv").write_text(bars)
    assert run(f"fetch IBM --source {here / 'bars.csv'} --store {here / 'store'}") == bars
    run(f"fit --model ar --save {here / 'ibm'}", run("features", bars))
    return here


@pytest.mark.parametrize(
    "command",
    ["predict --model {0}/ibm {1}", "validate {1}", "features {1}", "verify {0}/ibm --last 5 {2}"],
    ids=lambda command: command.split()[0],
)
def test_the_same_from_a_store_and_from_a_file(folder, command: str) -> None:
    stored = f"--source {folder / 'bars.csv'} --store {folder / 'store'}"
    from_store = run(command.format(folder, f"IBM {stored}", stored))
    bars = folder / "bars.csv"
    assert from_store == run(command.format(folder, bars, f"--bars {bars}"))


def test_score_reads_the_store_of_its_symbols(folder) -> None:
    stored = f"--source {folder / 'bars.csv'} --store {folder / 'store'}"
    signals = folder / "signals.csv"
    run(f"predict --model {folder / 'ibm'} --all --append {signals} {folder / 'bars.csv'}")
    assert run(f"score {signals} {stored}") == run(f"score {signals} --bars {folder / 'bars.csv'}")
    assert "one of them" in run(f"score {signals} {stored} --bars x.csv", status=2).stderr
