"""Create, configure and fit the estimator of a model name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError, printable
from signalcli.features.labels.overlap import LabelReach
from signalcli.models.entry import Catalogue
from signalcli.models.inputs import ModelInputs
from signalcli.models.libraries import require_libraries
from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.models.registry import MODELS, create, refuse_from_table
from signalcli.schemas import FITTED_BASELINES

if TYPE_CHECKING:
    from signalcli.models.base import EpochCallback


def check_settings(
    models: tuple[str, ...], settings: Mapping[str, Mapping[str, Any]], among: Catalogue = MODELS
) -> None:
    """Raise UsageError for an unknown model or parameter, and for one that the table or the seed sets.

    A model whose library is not installed is a UsageError too.
    """
    for model in models:
        own = settings.get(model, {})
        require_libraries(model, own, among)
        refuse_from_table(model, own)
        create(model, among, **own)


def make_estimator(
    model: str,
    config: FitConfig,
    inputs: ModelInputs,
    reach: LabelReach,
    epoch_callback: EpochCallback | None = None,
) -> Any:
    """Unfitted estimator for labels of this reach, wrapped for ``--calibrate`` and ``--coverage``.

    A baseline is not wrapped.
    """
    estimator = create(model, **config.settings.get(model, {}))
    from_table = {
        "channels": inputs.channels,
        "columns": tuple(inputs.columns),
        "horizon": reach.horizon,
        "overlap": reach.overlap,
        "random_state": config.random_state,
    }
    accepted = estimator.get_params()
    estimator.set_params(**{k: v for k, v in from_table.items() if k in accepted})
    estimator.epoch_callback = epoch_callback
    return estimator if model in FITTED_BASELINES else _wrap(estimator, config, reach.overlap)


def _wrap(estimator: Any, config: FitConfig, reach: int) -> Any:
    """The estimator with calibrated probabilities and prediction sets, as configured."""
    if config.calibrate is not None:
        estimator = Calibrated(estimator, config.calibrate, reach)
    return estimator if config.coverage is None else Conformal(estimator, config.coverage, reach, config.aci)


@contextmanager
def invalid_parameters(model: str) -> Iterator[None]:
    """Raise UsageError for an invalid parameter of a model that is fitted inside."""
    try:
        yield
    except ValueError as error:  # how scikit-learn reports an invalid parameter
        raise UsageError("MODEL-PARAM", f"{printable(model)}: {printable(error)}") from error
