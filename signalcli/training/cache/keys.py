"""The key of a fit: a hash of its rows, its model with all settings, and what computes it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from signalcli.models.inputs import ModelInputs
from signalcli.models.libraries import fitting_libraries, with_members
from signalcli.models.registry import is_own
from signalcli.training.cache.environment import describe_environment
from signalcli.training.cache.own_code import hash_own_code
from signalcli.training.estimators import make_estimator
from signalcli.training.fits.data import FitData
from signalcli.training.plan import FitTask

RowHashes = dict[tuple[int, int, tuple[str, ...]], str]
"""By group, fold and columns."""


class UnknownValueError(Exception):
    """A setting whose value cannot be described: the fit has no key and is not cached."""


class FitKeys:
    """Keys of the fits of a walk-forward; rows that several models read are hashed once.

    data : what the fits share. rows : hashes of rows that keys with other settings have found already.
    """

    def __init__(self, data: FitData, rows: RowHashes | None = None) -> None:
        self.data = data
        self._rows = {} if rows is None else rows
        self._models: dict[tuple[str, tuple[int, int]], str | None] = {}

    def key(self, task: FitTask) -> str | None:
        """64 hexadecimal digits; None for a model whose settings cannot be described."""
        reach = self.data.groups[task.group].reach
        if (task.model, reach) not in self._models:
            with contextlib.suppress(UnknownValueError):
                self._models[task.model, reach] = self._hash_model(task)
        model = self._models.setdefault((task.model, reach), None)
        return None if model is None else _hash([model, self._hash_rows(task)])

    def _hash_model(self, task: FitTask) -> str:
        """Hash of the unfitted estimator with all its parameters, and of the code behind it."""
        data, group = self.data, self.data.groups[task.group]
        inputs, settings = data.inputs(task.model), data.config.settings.get(task.model, {})
        estimator = make_estimator(task.model, data.config, inputs, group.reach)
        own = [name for name in with_members(task.model, settings) if is_own(name)]
        return _hash(
            [
                _described(estimator),
                [inputs.columns, inputs.channels, data.classes],
                describe_environment(fitting_libraries(task.model, settings)),
                [hash_own_code(name) for name in own],
            ]
        )

    def _hash_rows(self, task: FitTask) -> str:
        inputs = self.data.inputs(task.model)
        place = (task.group, task.fold, tuple(inputs.columns))
        if place not in self._rows:
            digest = hashlib.sha256()
            for array in self._arrays(task, inputs):
                digest.update(f"{array.dtype.str} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
            self._rows[place] = digest.hexdigest()
        return self._rows[place]

    def _arrays(self, task: FitTask, inputs: ModelInputs) -> Iterator[np.ndarray]:
        """What the fold learns from and is asked; a test label only where bands adapt to it."""
        group = self.data.groups[task.group]
        fold = group.folds[task.fold]
        for part in (fold.train, fold.test):
            yield from (group.columns[name][part] for name in inputs.columns)
        yield group.member[fold.test]
        yield group.direction[fold.train]
        if group.weight is not None:
            yield group.weight[fold.train]
        if self.data.config.aci is not None:
            yield from (a[fold.test] for a in (group.direction, group.known.rows, group.known.labels))


def _described(value: Any) -> Any:
    """A value as JSON that two equal values share. Raises UnknownValueError for an object of unknown kind."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, np.generic):
        return _described(value.item())
    if isinstance(value, tuple | list):
        return [_described(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _described(one) for key, one in sorted(value.items(), key=str)}
    if hasattr(value, "get_params") and not isinstance(value, type):
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        return [kind, _described(value.get_params(deep=False))]
    if type(value).__module__.startswith("signalcli.models.meta."):  # wrappers, made of what they are given
        return [type(value).__qualname__, _described(vars(value))]
    raise UnknownValueError


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
