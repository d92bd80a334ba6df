"""What the ledger says of the results of a fit."""

import numpy as np

from signalcli.tracking.fingerprints import hash_json
from signalcli.tracking.scored_fits import ScoredFit


def test_the_stages_after_a_fit_are_its_predictions_and_the_hash_of_its_scores():
    scores = {"rows": 2, "accuracy": 0.5, "log_loss": None, "sharpe": 0.1}
    days = np.array(["2024-01-01", "2024-01-02"], "datetime64[D]")
    fit = ScoredFit("A", "tree", scores, "abc", days, np.array([0.01, -0.01]))
    assert fit.stages == {"predictions": "abc", "scores": hash_json(scores)}
