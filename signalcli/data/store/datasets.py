"""The datasets of several services in one store: a symbol stays with the service that stored it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.services.registry import canonical
from signalcli.data.store.dataset import Dataset
from signalcli.data.store.folders import store_folder
from signalcli.data.store.names import dataset_name


@dataclass(frozen=True)
class Datasets:
    """Datasets by service, in the order in which services are asked; a file has one of its own."""

    by_service: dict[str, Dataset]

    @classmethod
    def of(cls, config: FetchConfig) -> Datasets:
        """Return the datasets of a config with a store."""
        root = store_folder(config.store or "")
        services = config.services or ("",)
        configs = {name: replace(config, source=name) if name else config for name in services}
        return cls({name: Dataset(root, dataset_name(one)) for name, one in configs.items()})

    def owner(self, symbol: str) -> str | None:
        """Return the first service that has stored a symbol; None when none has."""
        services = self.by_service.items()
        return next((s for s, d in services if d.path(_spelled(s, symbol)).exists()), None)

    def bars(self, symbols: Sequence[str]) -> pd.DataFrame:
        """Return the bars of symbols, each of its owner; without symbols, all. Raises NoInputError."""
        if len(self.by_service) == 1:
            [(service, dataset)] = self.by_service.items()
            return dataset.bars([_spelled(service, s) for s in symbols] or dataset.symbols())
        names = list(symbols) or sorted({s for d in self.by_service.values() for s in d.symbols()})
        first = next(iter(self.by_service))
        if not names:
            return self.by_service[first].bars([])
        owners = [self.owner(name) or first for name in dict.fromkeys(names)]
        tables = [
            self.by_service[owner].bars([_spelled(owner, name)])
            for name, owner in zip(dict.fromkeys(names), owners, strict=True)
        ]
        return pd.concat(tables, ignore_index=True)


def _spelled(service: str, symbol: str) -> str:
    return canonical(service, [symbol])[0] if service else symbol
