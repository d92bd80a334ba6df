"""The ways to install: extras and requirements agree; the steps of the serving image work in a bare place."""

import datetime as dt
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from dockerfile import Container, chain, stages
from random_bars import random_bars
from shell import ROOT, run
from signalcli.io.libraries import EXTRAS, NOT_FOR_SERVING
from signalcli.io.tables import write_table

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DOCKERFILE = stages((ROOT / "Dockerfile").read_text())
FOR_DEVELOPERS = {"bench", "dev", "docs"}
SERVING_LIMIT = 600e6  # bytes


def package(requirement: str) -> str:
    return re.split(r"[<>=\[ ;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def pins(name: str) -> dict[str, str]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {package(line): line for line in lines if line}


def test_the_serving_requirements_are_the_dependencies_without_those_of_training() -> None:
    left_out = {package(name) for name in NOT_FOR_SERVING.values()}
    needed = {package(requirement) for requirement in PROJECT["dependencies"]}
    assert left_out <= needed, "a plain install has all of them"
    assert needed - left_out <= pins("requirements-serve.txt").keys()
    assert not left_out & pins("requirements-serve.txt").keys()


def test_the_serving_requirements_have_the_versions_of_the_constraints() -> None:
    constraints = pins("constraints.txt")
    for name, line in pins("requirements-serve.txt").items():
        assert line.lower() == constraints[name].lower()


def test_every_extra_is_known_to_the_messages_and_to_the_readme() -> None:
    extras = PROJECT["optional-dependencies"].keys() - FOR_DEVELOPERS
    assert set(EXTRAS.values()) == extras
    page = (ROOT / "docs" / "guide" / "install.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert set(rows) >= extras


def test_both_images_run_as_nobody_keep_their_data_and_watch_themselves() -> None:
    for target in ("full", "serve"):
        steps = chain(DOCKERFILE, target)
        names = [step.name for step in steps]
        assert names[-1] == "USER", "nothing is done as root after it"
        assert steps[-1].text.partition(":")[0] != "0"
        assert ("VOLUME", "/data") in steps
        assert "signalcli status" in next(s.text for s in steps if s.name == "HEALTHCHECK")
        assert ("ENTRYPOINT", '["signalcli"]') in steps
    assert ("COPY", "--from=build-serve /opt/signalcli /opt/signalcli") in chain(DOCKERFILE, "serve")
    assert ("COPY", "--from=build-full /opt/signalcli /opt/signalcli") in chain(DOCKERFILE, "full")


def test_what_an_image_copies_is_sent_to_the_builder() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        name
        for steps in DOCKERFILE.values()
        for step in steps
        if step.name == "COPY" and not step.text.startswith("--from")
        for name in step.text.split()[:-1]
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


@pytest.fixture(scope="module")
def image() -> Iterator[Container]:
    """The serving image as a folder that its user can read."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    container = Container(root)
    container.build([*DOCKERFILE["build-serve"], *chain(DOCKERFILE, "serve")])
    yield container
    shutil.rmtree(root)


def fresh_bars() -> pd.DataFrame:
    """Bars up to today, so that nothing is stale."""
    bars = random_bars(300)
    return bars.assign(date=pd.bdate_range(end=dt.date.today(), periods=300).as_unit("us"))


@pytest.mark.slow
def test_the_serving_image_serves(image: Container) -> None:
    """Size, verbs, health and what is missing, in one environment, because making it takes minutes."""
    files = [p for p in (image.root / "opt").rglob("*") if p.is_file() and not p.is_symlink()]
    assert sum(p.stat().st_size for p in files) <= SERVING_LIMIT
    bars, data = fresh_bars(), image.root / "data"
    write_table(bars, str(data / "bars.csv"), "csv")
    features = run(f"features {data}/bars.csv")
    run(f"fit --model lstm --set lstm.epochs=1 --ledger off --save {data}/aaa", features)
    (data / "nightly.toml").write_text('[predict]\nsave = "aaa"\nappend = "signals.csv"\n')
    for path in [data, *data.rglob("*")]:
        os.chown(path, image.runs_as, -1)
    ran = {
        "predict": "signalcli predict --model aaa bars.csv --append signals.csv",
        "score": "signalcli score signals.csv --bars bars.csv",
        "drift": "signalcli predict --model aaa bars.csv --all --append all.csv && "
        "signalcli score all.csv --bars bars.csv --model aaa --drift drift.csv",
        "health": image.health,
        "backtest": "signalcli --version && signalcli inspect bars.csv --section summary && signalcli models",
    }
    for name, command in ran.items():
        done = image.run(command)
        assert (done.returncode, done.stderr) == (0, ""), name
    verified = image.run("signalcli verify aaa --bars bars.csv --last 3")
    assert verified.returncode == 0
    assert "lstm not fitted again" in verified.stderr
    refused = image.run("signalcli features bars.csv | signalcli fit --model tree")
    assert refused.returncode == 2
    assert "fitting tree needs scikit-learn and lightgbm: pip install" in refused.stderr
    yahoo = image.run("signalcli fetch AAPL")
    assert (yahoo.returncode, yahoo.stdout) == (2, "")
    assert "pip install" in yahoo.stderr


@pytest.fixture(scope="module")
def full_image() -> Iterator[Container]:
    """The full image as a folder; the libraries of the system are those of this machine."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    container = Container(root)
    steps = [*DOCKERFILE["build-full"], *chain(DOCKERFILE, "full")]
    container.build([step for step in steps if not step.text.startswith("apt-get ")])
    yield container
    shutil.rmtree(root)


@pytest.mark.slow
def test_the_full_image_fits_reports_and_serves(full_image: Container) -> None:
    """Every kind of model, a figure, a report, a message and a healthy night, with its own packages only."""
    data = full_image.root / "data"
    write_table(fresh_bars(), str(data / "bars.csv"), "csv")
    (data / "nightly.toml").write_text('[predict]\nsave = "aaa"\nappend = "signals.csv"\n')
    for path in [data, *data.rglob("*")]:
        os.chown(path, full_image.runs_as, -1)
    fit = "signalcli fit features.csv --folds 2 --ledger off"
    ran = {
        "features": "signalcli features bars.csv > features.csv",
        "fit": f"{fit} --model ar,tree,lstm --set lstm.epochs=1 > predictions.csv",
        "save": f"{fit} --model tree --save aaa > tree.csv",
        "figure": "signalcli backtest predictions.csv --plot equity.png > metrics.csv",
        "report": "signalcli report predictions.csv -o report.html",
        "predict": "signalcli predict --model aaa bars.csv --append signals.csv > signal.csv",
        "messages": "signalcli doctor --format csv | grep notify,ok",
        "health": full_image.health,
    }
    for name, command in ran.items():
        done = full_image.run(command)
        assert (done.returncode, done.stderr) == (0, ""), name
    assert (data / "equity.png").stat().st_size > 10_000
    assert (data / "report.html").stat().st_size > 50_000
    assert (data / "signals.csv").read_text().count("\n") == 2, "a heading and a signal"


@pytest.mark.slow
def test_an_image_without_a_job_is_not_healthy(image: Container) -> None:
    (image.root / "data" / "nightly.toml").unlink(missing_ok=True)
    assert image.run(image.health).returncode == 1
