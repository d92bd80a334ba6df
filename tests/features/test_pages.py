"""The page of features is what they declare."""

import importlib.util

from shell import ROOT


def test_the_page_is_current():
    path = ROOT / "docs" / "make_features.py"
    config = importlib.util.spec_from_file_location("make_features", path)
    module = importlib.util.module_from_spec(config)
    config.loader.exec_module(module)
    assert module.TARGET.read_text(encoding="utf-8") == module.page(), "run make docs"
