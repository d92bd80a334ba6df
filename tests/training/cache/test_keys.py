"""The key of a fit: all that it learns from and is asked, and nothing else."""

import numpy as np
import pytest

from signalcli.config.fit import FitConfig
from signalcli.features.labels.overlap import LabelReach
from signalcli.training.cache.keys import FitKeys
from signalcli.training.fits.data import FitData, GroupData
from signalcli.training.folds import Fold
from signalcli.training.moments import Moments
from signalcli.training.plan import FitTask

DAYS = np.datetime64("2024-01-01", "us") + np.arange(12) * np.timedelta64(1, "D")
FOLDS = [
    Fold(1, np.arange(4), np.arange(4, 8), 0, None),
    Fold(2, np.arange(8), np.arange(8, 12), 0, None),
]
ASKED, LEARNT, LATER = 5, 2, 10  # a row of the test part of the first fold, of its training part, of neither


def group(**changes):
    """Twelve rows of two features, with everything that a fit may read; some cells changed."""
    arrays = {"ret_lag0": np.arange(12.0), "month": np.arange(12.0) * 2, "weight": np.ones(12)}
    arrays |= {"direction": np.tile([0.0, 1.0], 6), "member": np.ones(12, dtype=bool)}
    arrays |= {"rows": DAYS.copy(), "labels": DAYS + np.timedelta64(1, "D")}
    for name, at in changes.items():
        values = arrays[name]
        values[at] = values[at] + np.timedelta64(1, "h") if values.dtype.kind == "M" else 1 - values[at]
    return GroupData(
        {name: arrays[name] for name in ("ret_lag0", "month")},
        arrays["direction"],
        arrays["weight"],
        arrays["member"],
        LabelReach(1, 0),
        Moments(arrays["rows"], arrays["labels"]),
        FOLDS,
    )


def key(*groups, model="logistic", config=FitConfig(("logistic",)), classes=(0, 1), at=(0, 0)):  # noqa: B008
    data = FitData(list(groups or [group()]), ["ret_lag0", "month"], classes, config)
    return FitKeys(data).key(FitTask(at[0], at[1], model))


@pytest.mark.parametrize(
    ("name", "at", "decides"),
    [
        ("ret_lag0", LEARNT, True),
        ("ret_lag0", ASKED, True),
        ("month", LEARNT, True),
        ("month", LATER, False),
        ("direction", LEARNT, True),
        ("direction", ASKED, False),
        ("weight", LEARNT, True),
        ("weight", ASKED, False),
        ("member", ASKED, True),
        ("member", LATER, False),
        ("rows", ASKED, False),
        ("labels", ASKED, False),
    ],
)
def test_what_a_fit_reads_decides_its_key(name, at, decides):
    assert (key(group(**{name: at})) != key()) == decides


@pytest.mark.parametrize("name", ["direction", "rows", "labels"])
def test_bands_that_adapt_read_when_the_outcomes_of_tested_rows_are_known(name):
    config = FitConfig(("logistic",), coverage=0.8, aci=0.05)
    assert key(group(**{name: ASKED}), config=config) != key(config=config)
    assert key(group(**{name: LATER}), config=config) == key(config=config)


def test_settings_classes_and_the_reach_of_labels_decide():
    config = FitConfig(("logistic",), settings={"logistic": {"C": 2.0}})
    far = group()._replace(reach=LabelReach(3, 2))
    keys = {key(), key(config=config), key(classes=(-1, 0, 1)), key(model="ar"), key(far, model="ar")}
    assert len(keys) == 5


def test_each_fold_group_and_choice_of_columns_has_its_own_rows():
    """Keys of one set: rows are hashed once for the models that read the same columns, and only for these."""
    data = FitData(
        [group(), group(month=LEARNT)], ["ret_lag0", "month"], (0, 1), FitConfig(("logistic", "ar"))
    )
    keys = FitKeys(data)
    found = [keys.key(FitTask(g, f, m)) for g in (0, 1) for f in (0, 1) for m in ("logistic", "ar")]
    alone = [FitKeys(data).key(FitTask(g, f, m)) for g in (0, 1) for f in (0, 1) for m in ("logistic", "ar")]
    assert found == alone
    assert len(set(found)) == 6, "ar reads returns only, which both groups share"


def test_names_of_columns_decide_though_their_values_are_the_same():
    data = FitData([group()], ["ret_lag0", "month"], (0, 1), FitConfig(("logistic",)))
    values = data.groups[0].columns
    renamed = group()._replace(columns={"ret_lag0": values["ret_lag0"], "hour": values["month"]})
    other = FitData([renamed], ["ret_lag0", "hour"], (0, 1), FitConfig(("logistic",)))
    assert FitKeys(data).key(FitTask(0, 0, "logistic")) != FitKeys(other).key(FitTask(0, 0, "logistic"))
