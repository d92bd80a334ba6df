"""What ``run`` would decide about the saved model of a job file, without fetching or fitting anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from signalcli.cli.options.parameters import canonical_models, split_parameters
from signalcli.config.base import Config
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.job import SYMBOLS
from signalcli.config.option import settings_of
from signalcli.config.run import RunConfig
from signalcli.config.span import duration
from signalcli.config.trading import TradingRule

if TYPE_CHECKING:
    from signalcli.serving.status import NextRun

PARAMETERS = "settings"
AnyConfig = TypeVar("AnyConfig", bound=Config)


def next_run(job: dict[str, Any]) -> NextRun | None:
    """Return the run of a job with ``refit_after`` whose bars are on this machine, otherwise None."""
    if not {"refit_after", "save"} <= job.keys():
        return None
    config = run_config(job)
    fetch = config.fetch
    if fetch.store is None and not all(Path(source).exists() for source in fetch.sources):
        return None
    from signalcli.data.sources.fetch import fetch as read
    from signalcli.serving.status import NextRun

    bars = read(job.get(SYMBOLS.key, ()), fetch, dt.datetime.now(dt.UTC)).bars
    return None if bars.empty else NextRun(bars, config, duration("refit_after", job["refit_after"]))


def run_config(job: dict[str, Any]) -> RunConfig:
    """Return the settings of ``run`` in a job."""
    models = canonical_models(job["models"]) if "models" in job else FitConfig().models
    job = job | {"models": models}
    processes = [job["process"]] if job.get("process") else job.get(SYMBOLS.key, ())
    of_processes, of_models = split_parameters(job.get("set", []), processes, models)
    return RunConfig(
        _build(FetchConfig, job, of_processes),
        _build(FeatureConfig, job),
        _build(FitConfig, job, of_models),
        _build(FoldConfig, job),
        _build(TradingRule, job),
    )


def _build(kind: type[AnyConfig], job: dict[str, Any], parameters: dict[str, Any] | None = None) -> AnyConfig:
    """Return a config with the keys of a job; ``parameters`` are those of ``--set``."""
    values = {s.name: job[s.key] for s in settings_of(kind) if s.key in job and s.name != PARAMETERS}
    return kind(**values, **({PARAMETERS: parameters} if parameters else {}))
