"""What is said of the cache after the fits: how many were read, which were damaged, what was not kept."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from signalcli.cli.steps.fits import cache as step
from signalcli.config.cache import CacheConfig
from signalcli.config.fit import FitConfig
from signalcli.errors import OutputError
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder

FULL = OSError(28, "No space left on device")
LOGISTIC, NETWORK = FitConfig(("logistic",)), FitConfig(("lstm",))
MEMBER = FitConfig(("lstm+gru",))


@pytest.fixture
def said(monkeypatch):
    """Lines that are printed: warnings, and notes that only a terminal shows."""
    lines = []
    monkeypatch.setattr(step.console, "warn", lambda text: lines.append(("warning", text)))
    monkeypatch.setattr(step.console, "note", lambda text: lines.append(("note", text)))
    return lines


def tell(config, **counts):
    step._tell(FitCache(CacheFolder(Path("c"), 10**6), **counts), config)


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        ({"fitted": 3}, []),
        ({"taken": 1, "fitted": 0}, [("note", "1 of 1 fit from the cache; --cache off fits all again")]),
        (
            {"taken": 1200, "fitted": 34},
            [("note", "1,200 of 1,234 fits from the cache; --cache off fits all again")],
        ),
        ({"damaged": 1}, [("warning", "c: 1 entry of the cache was damaged and is fitted again")]),
        ({"damaged": 2}, [("warning", "c: 2 entries of the cache were damaged and are fitted again")]),
    ],
)
def test_counts_by_hand(said, counts, lines):
    tell(CacheConfig(), **counts)
    assert said == lines


def test_a_default_folder_that_cannot_be_written_is_a_warning(said):
    tell(CacheConfig(), fault=FULL)
    assert said == [
        ("warning", "fits are not cached: c: No space left on device; --cache DIR names another folder")
    ]


def test_a_named_folder_that_cannot_be_written_is_an_error_after_the_fits(said):
    with pytest.raises(OutputError, match="c: No space left on device; name another folder with --cache"):
        tell(CacheConfig(cache="c"), taken=2, fault=FULL)
    assert said == [("note", "2 of 2 fits from the cache; --cache off fits all again")]


@pytest.mark.parametrize(("fits", "kept"), [(LOGISTIC, False), (NETWORK, True), (MEMBER, True)])
def test_compiled_programs_are_kept_while_networks_are_fitted(monkeypatch, said, tmp_path, fits, kept):
    """Those inside an ensemble too; what came of the cache is told when the block has ended."""
    during = []

    @contextmanager
    def keep(root):
        during.append(root)
        yield
        during.append("ended")

    monkeypatch.setattr("signalcli.training.cache.programs.kept_programs", keep)
    with step.fit_cache(CacheConfig(cache=str(tmp_path / "c")), fits) as found:
        assert found.folder.root == tmp_path / "c"
        assert during == [tmp_path / "c"] * kept
        found.taken = 5
        assert said == []
    assert during == [tmp_path / "c", "ended"] * kept
    assert [text for _, text in said] == ["5 of 5 fits from the cache; --cache off fits all again"]


def test_without_a_cache_nothing_is_kept_and_nothing_is_said(said):
    with step.fit_cache(CacheConfig(cache="off"), NETWORK) as found:
        assert found is None
    assert said == []
