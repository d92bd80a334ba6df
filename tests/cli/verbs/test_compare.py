"""The compare verb: data on stdout, the verdict in the exit status."""

import pytest

from shell import run


@pytest.fixture(scope="module")
def predictions() -> str:
    bars = run("fetch walk --source synthetic --rows 800 --seed 1")
    return run("fit --model ar,logistic --folds 3", run("features", bars))


def test_without_require_edge_it_informs(predictions: str) -> None:
    verdict = run("compare", predictions)
    assert verdict.splitlines()[0].startswith("symbol,model,criterion,value,baseline,")
    assert verdict.stderr == ""


@pytest.mark.parametrize("by", ["log_loss", "accuracy", "net_return"])
def test_without_an_edge_require_edge_says_no_in_one_sentence(predictions: str, by: str) -> None:
    result = run(f"compare --require-edge --by {by}", predictions, status=3)
    assert "none of 2 models beats the best baseline" in result.stderr
    assert result.splitlines()[0].startswith("symbol,model"), "the table is written all the same"


def test_several_files(predictions: str, tmp_path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(predictions)
    other.write_text(predictions.replace(",ar,", ",mine,").replace(",logistic,", ",mine_too,"))
    models = {line.split(",")[1] for line in run(f"compare {one} {other}").splitlines()[1:]}
    assert models == {"ar", "logistic", "mine", "mine_too"}
    assert "in two of the files" in run(f"compare {one} {one}", status=2).stderr
