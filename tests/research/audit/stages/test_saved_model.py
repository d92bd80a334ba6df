"""A saved model: every signal from the bars up to its date alone."""

import pytest

from saved_models import bars, saved
from signalcli.errors import DataError
from signalcli.research.audit.audit import audit
from signalcli.research.audit.stages.saved_model import saved_chain
from signalcli.serving.bundle.load import load_all
from signalcli.serving.predict import predict


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return load_all(saved(tmp_path_factory.mktemp("m") / "m", "tree"))


def test_its_signals_are_those_of_predict(tree):
    out = saved_chain(tree, bars())[0].output(bars())
    signals = predict(tree, bars(), every=True)
    assert out["p_up"].equals(signals["p_up"])
    assert out["position"].tolist() == signals["position"].tolist()


def test_every_row_is_checked_and_none_looks_ahead(tree):
    found = audit(saved_chain(tree, bars()), bars(), planted=False)
    assert found.findings == []
    (coverage,) = found.coverage
    assert (coverage.stage, coverage.checked, coverage.total) == ("predict", 400, 400)


def test_bars_of_another_symbol_are_refused(tree):
    with pytest.raises(DataError, match="the model was fitted on"):
        saved_chain(tree, bars().assign(symbol="OTHER"))
