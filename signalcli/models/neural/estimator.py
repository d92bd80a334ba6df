"""What classifiers and regressors share that are networks: from arguments to a trained one."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from signalcli.models.base import Watch
from signalcli.models.neural.architecture import GATES, Network
from signalcli.models.neural.checks import widths
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.neural.scaling import Scale
from signalcli.models.neural.trainer import fused, optimizers
from signalcli.models.neural.trainer.constraints import Limits
from signalcli.models.neural.trainer.initializers import Initial
from signalcli.models.neural.trainer.loop import Epoch, Learned, Plan, learn
from signalcli.models.neural.trainer.program import Program, Rows, program


class NetworkEstimator(NetworkParameters):
    """Interface: a subclass says what it learns from and how many outputs that takes, and is final.

    Attributes
    ----------
    watch : Watch or None
        Told of every epoch while the networks are trained; no parameter, so no clone has it.
    """

    watch: Watch | None = None

    def network(self, timesteps: int, outputs: int) -> Network:
        """Describe the graph for windows of some length; as a logit, one output stands for two classes."""
        units = widths(self.units)
        return Network(
            timesteps=timesteps,
            outputs=outputs,
            units=units * self.layers if len(units) == 1 else units,
            activation=self.activation or ("tanh" if self.cell in GATES else "relu"),
            dense=widths(self.dense),
            **self._named(Network, but=("timesteps", "outputs", "units", "activation", "dense")),
        )

    @property
    def weights_(self) -> list[np.ndarray]:
        """Weights of the first network, in Keras' order."""
        return self.members_[0].weights

    @property
    def history_(self) -> list[Epoch]:
        """Training and validation loss of each epoch of the first network."""
        return self.members_[0].history

    def _split(self, rows: Rows) -> tuple[Rows, Rows]:
        """Rows that are trained on, and the last ones, which early stopping looks at."""
        return _split(rows, self.validation_fraction if self.patience else 0.0, self.overlap)

    def _learn_rows(self, train: Rows, validation: Rows, outputs: int) -> None:
        """Train the networks; windows come as they are, targets as the loss wants them."""
        self.scale_ = Scale.of(train.windows, self.scale)
        train = train._replace(windows=self.scale_.apply(train.windows))
        validation = validation._replace(windows=self.scale_.apply(validation.windows))
        made, plan = self._program(train.windows.shape[1], outputs), self._plan()
        entropy = int(check_random_state(self.random_state).randint(2**31))
        self.members_: list[Learned] = [
            learn(made, train, validation, plan, np.random.SeedSequence([entropy, member]), self.watch)
            for member in range(self.seeds)
        ]
        self.n_iter_ = max(len(member.history) for member in self.members_)

    def _program(self, timesteps: int, outputs: int) -> Program:
        network = self.network(timesteps, outputs)
        if network.stateful and not fused.covers(network):
            raise ValueError("stateful=True: not together with what runs on Keras' layers")
        optimizer = optimizers.Optimizer(
            name=self.optimizer, **self._named(optimizers.Optimizer, but=("name",))
        )
        return program(network, optimizer, self.batch_size, Limits(**self._named(Limits)), self._loss())

    def _loss(self) -> str:
        raise NotImplementedError

    def _plan(self) -> Plan:
        initial = Initial(
            self.kernel_initializer, self.recurrent_initializer, self.bias_initializer, self.unit_forget_bias
        )
        return Plan(self.epochs, self.patience, self.learning_rate, self.schedule, initial)

    def _named(self, part: type, but: tuple[str, ...] = ()) -> dict[str, Any]:
        """Arguments of the model that a part of it takes under the same name."""
        return {field.name: getattr(self, field.name) for field in fields(part) if field.name not in but}


def present(rows: Rows) -> Rows:
    """Rows that have weight."""
    weighed = rows.weights > 0
    return rows if weighed.all() else Rows(*(part[weighed] for part in rows))


def _split(rows: Rows, fraction: float, overlap: int) -> tuple[Rows, Rows]:
    """Training rows and the last ``fraction``; at least one row of each, if there are two.

    Between both, ``overlap`` rows are left out.
    """
    count = len(rows.weights)
    held = min(math.ceil(count * fraction), count - 1)
    learnt = max(count - held - overlap, 1) if held else count
    return Rows(*(part[:learnt] for part in rows)), Rows(*(part[count - held :] for part in rows))
