"""The page: foreign text does nothing, the same bytes again, no request, names once, small enough."""

import re
from html.parser import HTMLParser

import pytest

from random_predictions import random_predictions
from signalcli.backtesting.simulate import backtest
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError
from signalcli.report.document.build import build_document
from signalcli.report.document.performance import performance
from signalcli.report.html import page
from signalcli.report.html.page import check_html, write_html
from signalcli.report.results import Results
from signalcli.tracking.provenance import provenance

HOSTILE = (
    "<script>document.title='x'</script>",
    '"><img src=x onerror=alert(1)>',
    "</svg><style>*{display:none}</style>",
    "$\\frac{1}{0}$ {{7*7}} {% x %}",
    "x" * 10_240,
    "שלום",
)


class Reader(HTMLParser):
    """Tags with their attributes, and the text of everything but style and script."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.words, self._open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, _tag):
        self._open.pop()

    def handle_data(self, data):
        if self._open[-1:] not in (["style"], ["script"]):
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def written(**options):
    predictions = random_predictions(**options)
    known = provenance(None, predictions)
    return write_html(build_document(predictions, TradingRule(), ComparisonConfig(), known))


@pytest.fixture(scope="module")
def plain():
    return written(rows=120)


@pytest.fixture(scope="module")
def hostile():
    return written(rows=60, symbols=HOSTILE, models=HOSTILE[:2])


def test_the_same_input_gives_the_same_bytes(plain):
    assert written(rows=120) == plain


def test_foreign_text_is_text(hostile):
    reader = Reader(hostile)
    assert len(reader.all("script")) == len(reader.all("style")) == 1
    assert not reader.all("img")
    text = "".join(reader.words)
    assert HOSTILE[0] in text
    assert HOSTILE[3] in text
    assert text.count("{{7*7}}") == text.count("$\\frac{1}{0}$")  # cut names hold neither


def test_long_names_are_cut(hostile):
    assert "x" * 41 not in hostile
    assert len(hostile) < 400_000


def test_nothing_is_asked_for(plain, hostile):
    for text in (plain, hostile):
        reader = Reader(text)
        for tag, attributes in reader.tags:
            assert tag not in {"link", "iframe", "object", "embed", "base", "form", "image"}
            assert not {"src", "srcset", "action", "data"} & set(attributes)
            assert attributes.get("href", "#").startswith("#")
        assert "url(http" not in text
        (policy,) = [a["content"] for a in reader.all("meta") if "http-equiv" in a]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_no_inline_style_or_handler_which_the_policy_would_drop(plain):
    for _, attributes in Reader(plain).tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


def test_names_are_unique_and_references_lead_somewhere(plain):
    names = [a["id"] for _, a in Reader(plain).tags if "id" in a]
    assert len(names) == len(set(names))
    assert set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", plain)) <= {
        pair for name in names for pair in ((name, ""), ("", name))
    }


def test_each_figure_has_words_and_a_table(plain):
    reader = Reader(plain)
    assert len(reader.all("figure")) == 8
    assert all(len(a["aria-label"]) > 20 for a in reader.all("figure"))
    assert all(a["role"] == "img" and a["aria-label"] for a in reader.all("svg"))
    assert all(a["scope"] == "col" for a in reader.all("th"))


def test_colors_come_from_the_page(plain):
    styles = re.findall(r"^svg \.s\d+ \{(.*)\}$", plain, re.MULTILINE)
    assert sum("var(--" in style for style in styles) > 20
    assert not [style for style in styles if "#" in style]
    assert "prefers-color-scheme: dark" in plain


def test_without_jinja_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(page, "is_installed", lambda _: False)
    with pytest.raises(UsageError, match=r"signalcli\[report\]"):
        check_html()


def test_a_portfolio_has_the_trades_of_its_symbols():
    """Its mean position is never flat, which would count as a single trade."""
    predictions = random_predictions(rows=60, models=("ar",), symbols=("AAA", "BBB"))
    results = Results(predictions, backtest(predictions), TradingRule())
    (scores,) = performance(results).tables
    shown = {row[0].text: row[-1].text for row in scores.rows}
    for model in ("ar", "persistence"):
        assert int(shown[model]) == results.trades["model"].eq(model).sum()
    assert shown["buy_hold"] == "2"


@pytest.mark.slow
def test_ten_years_of_eight_models_are_small():
    models = ("ar", "conv", "gru", "logistic", "lstm", "mlp", "rnn", "tree")
    assert len(written(rows=2520, models=models).encode()) <= 600_000
