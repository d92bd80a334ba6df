"""What network classifier and network regressor share: from parameters to trained networks."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from signalcli.models.base import EpochCallback
from signalcli.models.neural.architecture import GATES, Network
from signalcli.models.neural.checks import as_tuple, check_size
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.neural.scaling import Scale
from signalcli.models.neural.trainer import fused
from signalcli.models.neural.trainer.constraints import ConstraintConfig
from signalcli.models.neural.trainer.initializers import Initializers
from signalcli.models.neural.trainer.loop import Epoch, Schedule, TrainedNetwork, train
from signalcli.models.neural.trainer.optimizers import Optimizer
from signalcli.models.neural.trainer.program import Program, Rows, get_program


class NetworkEstimator(NetworkParameters, BaseEstimator):
    """Base class; a subclass defines targets, number of outputs and `_loss`, and is final.

    Attributes
    ----------
    epoch_callback : EpochCallback or None
        Called after each epoch; not a parameter, so clones do not have it.
    """

    epoch_callback: EpochCallback | None = None

    def network(self, timesteps: int, outputs: int) -> Network:
        """Architecture for windows of some length; one output (a logit) stands for two classes."""
        units = as_tuple(self.units)
        network = Network(
            timesteps=timesteps,
            outputs=outputs,
            units=units * self.layers if len(units) == 1 else units,
            activation=self.activation or ("tanh" if self.cell in GATES else "relu"),
            dense=as_tuple(self.dense),
            **self._shared(Network, but=("timesteps", "outputs", "units", "activation", "dense")),
        )
        check_size(network)
        return network

    @property
    def weights_(self) -> list[np.ndarray]:
        """Weights of the first network, in Keras' order."""
        return self.members_[0].weights

    @property
    def history_(self) -> list[Epoch]:
        """Training and validation loss of each epoch of the first network."""
        return self.members_[0].history

    def _split(self, rows: Rows) -> tuple[Rows, Rows]:
        """Training rows, and the last ones as validation rows of early stopping."""
        return _split(rows, self.validation_fraction if self.patience else 0.0, self.overlap)

    def _train(self, training: Rows, validation: Rows, outputs: int) -> None:
        """Train the networks on unscaled windows, and targets as the loss needs them."""
        self.scale_ = Scale.fit(training.windows, self.scale)
        training = training._replace(windows=self.scale_.apply(training.windows))
        validation = validation._replace(windows=self.scale_.apply(validation.windows))
        program, schedule = self._program(training.windows.shape[1], outputs), self._schedule()
        entropy = int(check_random_state(self.random_state).randint(2**31))
        seeds = [np.random.SeedSequence([entropy, member]) for member in range(self.seeds)]
        self.members_: list[TrainedNetwork] = [
            train(program, training, validation, schedule, seed, self.epoch_callback) for seed in seeds
        ]
        self.n_iter_ = max(len(member.history) for member in self.members_)

    def _program(self, timesteps: int, outputs: int) -> Program:
        network = self.network(timesteps, outputs)
        if network.stateful and not fused.supports(network):
            raise ValueError("stateful=True: not available with parameters that run on Keras' layers")
        optimizer = Optimizer(name=self.optimizer, **self._shared(Optimizer, but=("name",)))
        constraints = ConstraintConfig(**self._shared(ConstraintConfig))
        return get_program(network, optimizer, self.batch_size, constraints, self._loss())

    def _loss(self) -> str:
        raise NotImplementedError

    def _schedule(self) -> Schedule:
        initializers = Initializers(
            self.kernel_initializer, self.recurrent_initializer, self.bias_initializer, self.unit_forget_bias
        )
        return Schedule(self.epochs, self.patience, self.learning_rate, self.schedule, initializers)

    def _shared(self, part: type, but: tuple[str, ...] = ()) -> dict[str, Any]:
        """Parameters of the model that are fields of ``part`` too."""
        return {field.name: getattr(self, field.name) for field in fields(part) if field.name not in but}


def drop_weightless(rows: Rows) -> Rows:
    """Rows with a weight above zero."""
    weighted = rows.weights > 0
    return rows if weighted.all() else Rows(*(part[weighted] for part in rows))


def _split(rows: Rows, fraction: float, overlap: int) -> tuple[Rows, Rows]:
    """Training rows and the last ``fraction``; at least one row of each, if there are two.

    Between both, ``overlap`` rows are left out.
    """
    count = len(rows.weights)
    validation = min(math.ceil(count * fraction), count - 1)
    training = max(count - validation - overlap, 1) if validation else count
    return Rows(*(part[:training] for part in rows)), Rows(*(part[count - validation :] for part in rows))
