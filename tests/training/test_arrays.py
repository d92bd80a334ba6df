"""Sample weights as an array."""

import pandas as pd
import pytest

from signalcli.errors import DataError
from signalcli.training.arrays import weights


def test_weights_are_numbers_or_none():
    assert weights(pd.DataFrame({"weight": [1, 2]})).tolist() == [1.0, 2.0]
    assert weights(pd.DataFrame({"other": [1, 2]})) is None
    with pytest.raises(DataError, match=r"features: column weight must be float64: .*'heavy'"):
        weights(pd.DataFrame({"weight": ["1", "heavy"]}))
