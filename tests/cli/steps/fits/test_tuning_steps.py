"""What ``tune`` refuses before the work, by which trials it deflates, and the file of the best parameters."""

import datetime as dt
import tomllib
from types import SimpleNamespace

import pytest

from signalcli.cli.steps.fits import tuning as step
from signalcli.config.output import LedgerConfig
from signalcli.config.tuning import TuneConfig, TuneOutputConfig
from signalcli.errors import UsageError
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.research.tuning.space import Choice
from signalcli.training.plan import EVERY_SYMBOL


def test_one_table_alone_goes_to_the_standard_output():
    step.check_search(TuneConfig(space="-"), TuneOutputConfig(predictions="-", best="b.toml", history="h"))
    with pytest.raises(UsageError, match="--best and --history"):
        step.check_search(TuneConfig(space="-"), TuneOutputConfig(best="-", history="-"))


def test_a_parameter_is_either_set_or_searched():
    space = {"tree": (Choice("num_leaves", (7, 15)),)}
    step.refuse_searched(space, {"tree": {"n_estimators": 3}, "ar": {"num_leaves": 1}})
    with pytest.raises(UsageError, match=r"--set tree\.num_leaves: is searched by --space too"):
        step.refuse_searched(space, {"tree": {"num_leaves": 3}})


@pytest.mark.parametrize(("ledger", "expected"), [("off", {"A": 2, "B": 5}), ("some", {"A": 40, "B": 5})])
def test_the_ledger_counts_more_than_this_search(monkeypatch, ledger, expected):
    """Two trials of A and five of B were made now; the ledger knows forty on the market of A."""
    asked, recorded = [], []
    entries = "signalcli.research.tuning.entries"
    now = {"A": Trials(2, 0.1), "B": Trials(5, 0.1)}
    monkeypatch.setattr(f"{entries}.ledger_record", lambda *_: "record")
    monkeypatch.setattr(f"{entries}.trials_of_record", lambda _: dict(now))
    monkeypatch.setattr(
        f"{entries}.with_every_symbol", lambda trials, predictions: trials | {EVERY_SYMBOL: predictions}
    )
    monkeypatch.setattr(step, "record", lambda file, made: recorded.append((file, made)))

    def known(config, predictions):
        asked.append((config.ledger, config.deflate, predictions))
        return {"A": Trials(40, 0.1)} if config.deflate else {}

    monkeypatch.setattr(step, "trials_by_symbol", known)
    found = step.trials_by_label(LedgerConfig(ledger), None, SimpleNamespace(predictions="rows"), None)
    assert recorded == [(ledger, "record")]
    assert asked == [(ledger, ledger != "off", "rows")]
    assert found.pop(EVERY_SYMBOL) == "rows"
    assert {symbol: trials.number for symbol, trials in found.items()} == expected


def test_the_best_parameters_with_their_score_as_a_remark(tmp_path):
    """Two searches of all labeled rows: what was chosen, on how many rows, of how many trials."""

    def search(model, parameters, score, trials):
        return SimpleNamespace(
            model=model,
            chosen=SimpleNamespace(parameters=parameters, score=score),
            config=SimpleNamespace(objective="log_loss"),
            rows=[range(1000), range(234)],
            trials=[None] * trials,
        )

    file = tmp_path / "best.toml"
    whole = [search("tree", {"num_leaves": 15}, 0.69, 8), search("ar", {"p": 1}, 0.7, 1)]
    step.write_best(str(file), SimpleNamespace(whole=whole), dt.datetime(2024, 3, 1))
    text = file.read_text()
    assert text.splitlines()[:2] == [
        "# tree: log_loss 0.69 on 1,234 inner test rows, chosen of 8 trials",
        "# ar: log_loss 0.7 on 1,234 inner test rows, chosen of 1 trial",
    ]
    section, search = tomllib.loads(text).values()
    assert search == {"until": "2024-03-01T00:00:00"}
    assert section["set"] == {"tree": {"num_leaves": 15}, "ar": {"p": 1}}
    assert ["tree", "ar"] in section.values()
