"""The page in a real browser: quiet, alone, inside the window, sortable, readable, whole without script."""

import shutil

import pytest

from random_predictions import random_predictions
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.report.document.build import build_document
from signalcli.report.html.page import write_html
from signalcli.tracking.provenance import provenance

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
HOSTILE = ("<script>document.title='x'</script>", '"><img src=x onerror=alert(1)>', "w" * 10_240, "שלום עולם")
# Contrast of each visible text with the ground behind it, by the colors that the browser computed (WCAG 2.2).
CONTRAST = """() => {
  const parts = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (layers) => {
    for (const layer of layers) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(getComputedStyle(e).backgroundColor);
    return over(layers);
  };
  const worst = { ratio: 99 };
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const color = parts(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(color), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst.ratio) Object.assign(worst, { ratio, text: element.textContent.slice(0, 40) });
  }
  return worst;
}"""
# Texts of drawings that end outside the width of the page.
OUTSIDE = """() => [...document.querySelectorAll("svg text")].filter((t) => t.checkVisibility())
  .filter((t) => { const b = t.getBoundingClientRect(); return b.right > innerWidth + 1 || b.left < -1; })
  .map((t) => t.textContent)"""

# Texts of a drawing that lie on each other.
OVERLAPPING = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
  if (!svg.checkVisibility()) return [];
  const texts = [...svg.querySelectorAll("text")].map((t) => [t.getBoundingClientRect(), t.textContent]);
  return texts.flatMap(([a, one], k) => texts.slice(k + 1)
    .filter(([b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
    .map(([, other]) => `${one} / ${other}`));
})"""


def write(folder, **options):
    predictions = random_predictions(**options)
    known = provenance(None, predictions)
    file = folder / "report.html"
    file.write_text(
        write_html(build_document(predictions, TradingRule(), ComparisonConfig(), known)), encoding="utf-8"
    )
    return file.as_uri()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    models = ("ar", "gradient", "lstm")
    return write(tmp_path_factory.mktemp("plain"), rows=300, models=models, symbols=("AAA", "BBB"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return write(tmp_path_factory.mktemp("hostile"), rows=60, symbols=HOSTILE, models=HOSTILE[:1])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Eight models on a phone: their values lie close, so that labels of axes have many decimals."""
    models = ("ar", "conv", "gru", "logistic", "lstm", "mlp", "rnn", "tree")
    return write(tmp_path_factory.mktemp("many"), rows=2000, models=models)


def opened(browser, address, width=1280, scheme="light", **options):
    """The page, and whatever it said or asked for."""
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    told = []
    view.on("console", lambda message: told.append(message.text))
    view.on("pageerror", lambda error: told.append(str(error)))
    view.on("dialog", lambda dialog: told.append(dialog.message))
    view.on("request", lambda request: told.append(request.url) if request.url != address else None)
    view.goto(address)
    return view, told


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("kind", ["plain", "hostile", "many"])
def test_quiet_alone_and_inside_the_window(browser, request, kind, width, scheme):
    view, told = opened(browser, request.getfixturevalue(kind), width, scheme)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.title().startswith("signalcli report")
    assert view.evaluate(OUTSIDE) == []
    assert view.evaluate(OVERLAPPING) == []
    assert told == []
    view.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_text_can_be_read(browser, plain, width, scheme):
    view, _ = opened(browser, plain, width, scheme)
    view.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    worst = view.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst
    view.close()


def column(view, table, place):
    cells = view.locator(f"table[aria-label='{table}'] tbody tr td:nth-child({place})")
    return cells.all_inner_texts()


def test_a_click_sorts_and_another_one_turns_the_order(browser, plain):
    view, _ = opened(browser, plain)
    heading = view.locator("table[aria-label='By symbol'] th", has_text="Sharpe")
    place = 1 + heading.evaluate("(h) => h.cellIndex")
    for order in ("descending", "ascending"):
        heading.locator("button").click()
        values = [float(v.replace("−", "-")) for v in column(view, "By symbol", place)]
        assert values == sorted(values, reverse=order == "descending")
        assert heading.get_attribute("aria-sort") == order
    view.close()


def test_text_sorts_as_text_and_unknown_values_stay_last(browser, plain):
    view, _ = opened(browser, plain)
    scores = "Scores of equal-weight portfolio of 2 symbols, out of sample, after costs"
    view.locator(f"table[aria-label='{scores}'] th button", has_text="model").click()
    names = column(view, scores, 1)
    assert names == sorted(names, reverse=True)
    for _ in range(2):
        view.locator(f"table[aria-label='{scores}'] th button", has_text="AUC").click()
        assert column(view, scores, 5)[-1] == "n/a"
    view.close()


def test_the_keyboard_sorts_as_well(browser, plain):
    view, _ = opened(browser, plain)
    heading = view.locator("table[aria-label='By symbol'] th", has_text="bars")
    heading.locator("button").focus()
    view.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    view.close()


def test_complete_without_the_script(browser, plain):
    with_script, _ = opened(browser, plain)
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(plain)
    text = with_script.locator("main").inner_text()
    assert view.locator("main").inner_text() == text
    assert view.locator("th button").count() == 0
    context.close()
    with_script.close()


def test_print_is_light_and_shows_the_wide_figures(browser, plain):
    view, _ = opened(browser, plain, scheme="dark")
    view.emulate_media(media="print", color_scheme="dark")
    ground = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert view.locator(".wide").first.is_visible()
    assert not view.locator(".phone").first.is_visible()
    view.close()
