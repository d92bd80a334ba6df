"""Progress while models are fitted, and none where it is not shown."""

import io

import numpy as np
import pytest
from rich.console import Console

from random_bars import random_bars
from signalcli.cli.console import console
from signalcli.cli.progress import progress, search_progress
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.features import FeatureConfig, build
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.report.progress import live_bars, live_line
from signalcli.training.progress import Step
from signalcli.training.walk_forward import walk_forward

NETS = {"units": 2, "epochs": 3, "patience": 0}


def test_a_step_reads_as_one_line():
    epoch = Step("IBM", "lstm", 3, 5, 2, 5, 12, 20, 0.6914)
    assert str(epoch) == "IBM lstm fold 3/5 epoch 12/20 loss .691"
    assert str(epoch._replace(loss=1.25)) == "IBM lstm fold 3/5 epoch 12/20 loss 1.250"
    assert str(epoch._replace(epoch=0)) == "IBM lstm fold 3/5"


def test_epochs_and_fits_of_each_model_are_reported_in_order():
    table = build(random_bars(90), FeatureConfig(window=3))
    config = FitConfig(
        ("lstm", "lstm+gru"), {"lstm": NETS, "lstm+gru": {"settings": {"lstm": NETS, "gru": NETS}}}
    )
    reported = []
    walk_forward(table, config, FoldConfig(folds=2), reported.append)
    lstm = [(s.fold, s.epoch, s.done) for s in reported if s.model == "lstm"]
    assert lstm == [(1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 0, 1), (2, 1, 1), (2, 2, 1), (2, 3, 1), (2, 0, 2)]
    assert [s.epoch for s in reported if s.model == "lstm+gru"] == [1, 2, 3, 1, 2, 3, 0] * 2
    assert {(s.total, s.folds, s.epochs) for s in reported if s.epoch} == {(2, 2, 3)}
    assert all(0 < s.loss < 3 for s in reported if s.epoch)


def test_the_reported_loss_is_that_of_the_history():
    reported = []
    model = NetworkClassifier(**NETS)
    model.epoch_callback = lambda *epoch: reported.append(epoch)
    model.fit(np.random.default_rng(0).normal(size=(40, 4)), np.arange(40) % 2)
    assert reported == [(n + 1, 3, epoch.loss) for n, epoch in enumerate(model.history_)]


def test_one_line_a_model_and_no_foreign_escapes():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120)
    with live_bars(console) as report:
        report(Step("IBM", "lstm", 1, 5, 0, 5, 1, 20, 0.7))
        report(Step("[bold]\x1b[31mEVIL", "gru", 1, 5, 0, 5))
        report(Step("IBM", "lstm", 1, 5, 0, 5, 2, 20, 0.6))
    text = stream.getvalue()
    assert "IBM lstm fold 1/5 epoch 2/20 loss .600" in text
    assert "[bold]\\x1b[31mEVIL gru" in text


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_without_a_terminal(quiet, monkeypatch):
    monkeypatch.setattr(console, "quiet", quiet)
    with progress() as report, search_progress() as observer:
        assert report is observer is None


def test_one_line_for_a_search():
    stream = io.StringIO()
    with live_line(Console(file=stream, force_terminal=True, width=120)) as draw:
        draw(8, 50, "8 of 50 trials, inner fold 2")
    assert "8 of 50 trials, inner fold 2" in stream.getvalue()
