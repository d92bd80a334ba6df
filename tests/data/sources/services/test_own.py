"""Sources of the user's own: checked answers, faults of one line, and the guard of code."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from shell import ROOT, run
from signalcli.cli.steps.rerun import refuse_own_models
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.services import is_service, services_of
from signalcli.data.sources import SourceBars
from signalcli.data.sources.services.adjustment import adjusted
from signalcli.data.sources.services.unfinished import is_finished
from signalcli.errors import ConfigError, UsageError
from signalcli.testing import assert_source
from signalcli.tracking.recipe import Recipe

CODE = """
import json
from urllib.error import HTTPError
import pandas as pd
from signalcli.data.sources import SourceBars
from signalcli.errors import NoInputError

asked = []

def rows(symbol, start=None, end=None):
    dates = pd.bdate_range("2024-01-01", "2024-02-29")
    close = [50.0 + i % 7 for i in range(len(dates))]
    table = pd.DataFrame({"symbol": symbol, "date": dates, "open": close, "close": close})
    table = table.assign(high=table["close"] + 1, low=table["close"] - 1, volume=1000.0, size=2.5)
    inside = (dates >= pd.Timestamp(start or "2024-01-01")) & (dates <= pd.Timestamp(end or "2024-02-29"))
    return table[inside]

def bars(symbols, start, end, interval):
    asked.append(list(symbols))
    if symbols[0] == "DOWN":
        raise TimeoutError("no route to host")
    if symbols[0] == "PAGE":
        json.loads("<html>")
    if symbols[0] == "BUG":
        return 1 / 0
    if symbols[0] == "LOST":
        raise HTTPError("http://x/LOST?api_key=geheim&n=1", 404, "Not Found", {}, None)
    if symbols[0] == "SHUT":
        raise HTTPError("http://x/", 403, "http://x/?token=geheim", {}, None)
    if symbols[0] == "LONG":
        raise ConnectionError("GET http://x/?n=1&apikey=geheim failed")
    if symbols[0] == "NONE":
        raise NoInputError("MY-NONE", "NONE: not here")
    if symbols[0] == "OTHER":
        return SourceBars(rows("MSFT"), "none-needed")
    return SourceBars(pd.concat([rows(s, start, end) for s in symbols]), "none-needed")

def batched(symbols, start, end, interval):
    return bars(symbols, start, end, interval)
batched.batch = 2

def plain(symbols, start, end, interval):
    return rows(symbols[0])

def wrong(symbols, start, end, interval):
    return SourceBars(rows(symbols[0]), "some")

def narrow(symbols, start, end, interval):
    return SourceBars(rows(symbols[0])[["symbol", "date", "close"]], "raw")

def clocks(symbols, start, end, interval):
    return SourceBars(rows(symbols[0]).assign(date=lambda t: t["date"] + pd.Timedelta(hours=5)), "raw")

def zoned(symbols, start, end, interval):
    return SourceBars(rows(symbols[0]).assign(date=lambda t: t["date"].dt.tz_localize("Asia/Tokyo")), "raw")

def splits(symbols, start, end, interval):
    return SourceBars(rows(symbols[0], start, end), "split")

def greedy(symbols, start, end, interval):
    return SourceBars(rows(symbols[0]), "raw")
"""


FAULTY = """
import http.client
import json
import threading
from urllib.error import HTTPError, URLError
import pandas as pd
from my_source import rows
from signalcli.data.sources import SourceBars

HTTP = {"E500": 500, "E429": 429, "E401": 401, "E404": 404}
RAISED = {
    "NET": URLError("no network"), "CUT": http.client.IncompleteRead(b"abc", 100), "GZIP": EOFError("ended"),
    "GONE": ConnectionResetError("by peer"), "EXIT": SystemExit(0), "KEY": KeyError("data"),
}
bars_asked = threading.Event()

def good(symbol):
    return SourceBars(rows(symbol), "none-needed")

def faulty(symbols, start, end, interval):
    (symbol,) = symbols
    if symbol in HTTP:
        raise HTTPError("http://x/", HTTP[symbol], "said", {}, None)
    if symbol in RAISED:
        raise RAISED[symbol]
    if symbol == "SLOW":
        bars_asked.wait(5)
    if symbol == "HTML":
        json.loads("<html></html>")
    if symbol == "TORN":
        json.loads('[{"date": "2024-01-0')
    table = rows(symbol)
    if symbol == "NONE":
        table = table.head(0)
    if symbol == "TEXT":
        table = table.assign(close="much")
    if symbol == "TWICE":
        table = pd.concat([table, table.assign(close=table["close"] + 0.5)])
    if symbol == "NODAY":
        table = table.assign(date=None)
    if symbol == "NULL":
        return SourceBars(None, "none-needed")
    return SourceBars(table, "none-needed")
"""
FAULTS = {
    "NET": (69, "URLError"),
    "E500": (69, "HTTP Error 500"),
    "E429": (69, "HTTP Error 429"),
    "GONE": (69, "ConnectionResetError"),
    "CUT": (69, "IncompleteRead"),
    "GZIP": (69, "EOFError"),
    "SLOW": (69, "no answer within"),
    "HTML": (69, "JSONDecodeError"),
    "TORN": (69, "JSONDecodeError"),
    "NONE": (66, "no finished 1d bars"),
    "E404": (66, "check the symbol"),
    "TEXT": (65, "close"),
    "TWICE": (65, "twice"),
    "NODAY": (65, "no date"),
    "E401": (2, "check the key"),
    "EXIT": (78, "SystemExit"),
    "KEY": (78, "KeyError"),
    "NULL": (78, "must return SourceBars"),
}


@pytest.fixture(autouse=True)
def my_source(tmp_path, monkeypatch):
    (tmp_path / "my_source.py").write_text(CODE)
    (tmp_path / "my_faults.py").write_text(FAULTY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    if "my_faults" in sys.modules:
        sys.modules.pop("my_faults").bars_asked.set()
    sys.modules.pop("my_source", None)


def module():
    return importlib.import_module("my_source")


def test_bars_of_a_function_are_bars():
    out = run("fetch AAA BBB --source my_source:bars --start 2024-02-01 --end 2024-02-05")
    lines = out.splitlines()
    assert lines[0] == "symbol,date,open,high,low,close,volume,size"
    assert [line[:14] for line in lines[1:]] == [
        f"{s},2024-02-{d}" for s in ("AAA", "BBB") for d in ("01", "02", "05")
    ]
    assert sys.modules["my_source"].asked == [["AAA"], ["BBB"]]


def test_a_batch_is_asked_for_at_once():
    run("fetch AAA BBB CCC --source my_source:batched")
    assert sys.modules["my_source"].asked == [["AAA", "BBB"], ["CCC"]]


@pytest.mark.parametrize(
    ("symbol", "status", "words"),
    [
        ("DOWN", 69, "error[SOURCE-UNAVAILABLE]: DOWN: my_source:bars: TimeoutError: no route to host"),
        ("PAGE", 69, "JSONDecodeError"),
        ("NONE", 66, "error[MY-NONE]: NONE: not here"),
        ("LOST", 66, "HTTP Error 404: Not Found; check the symbol"),
        ("LONG", 69, "apikey=… failed"),
        ("OTHER", 69, "answer is for another symbol (MSFT)"),
    ],
)
def test_a_failure_costs_no_other_symbol(symbol, status, words):
    out = run(f"fetch {symbol} AAA --source my_source:bars", status=status)
    assert len(out.splitlines()) == 45
    assert words in out.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_exit_status(fault):
    status, words = FAULTS[fault]
    wait = "--timeout 0.2" if fault == "SLOW" else ""
    out = run(f"fetch {fault} --source my_faults:faulty {wait}", status=status)
    assert out == ""
    assert out.stderr.count("\n") == 1
    assert words in out.stderr


def test_the_time_is_shared_among_the_symbols_and_the_next_service_takes_over():
    slow = "fetch SLOW AAA --source my_faults:faulty"
    alone = run(f"{slow} --timeout 1", status=69)
    assert {line.split(",")[0] for line in alone.splitlines()[1:]} == {"AAA"}
    both = run(f"{slow},my_source:bars --timeout 1")
    assert {line.split(",")[0] for line in both.splitlines()[1:]} == {"AAA", "SLOW"}
    assert "my_faults:faulty gave no answer for 1 symbol (SLOW); my_source:bars is asked" in both.stderr
    assert "no answer within" in both.stderr


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("my_source:plain", "must return SourceBars, not DataFrame"),
        ("my_source:wrong", "adjustment some: one of raw, split, total, none-needed"),
        ("my_source:narrow", "rows without open, high, low"),
        ("my_source:nothing", "PLUGIN-LOAD"),
        ("os:getcwd", "rename yours"),
    ],
)
def test_a_broken_contract_is_one_line(source, words):
    assert words in run(f"fetch AAA --source {source}", status=78).stderr


def test_a_key_in_an_address_is_not_printed():
    refused = run("fetch SHUT --source my_source:bars", status=2).stderr
    assert "error[SOURCE-KEY]" in refused
    assert "geheim" not in refused


def test_a_bug_of_the_user_s_code_is_one_line():
    assert "ZeroDivisionError" in run("fetch BUG --source my_source:bars", status=78).stderr


def test_days_are_days():
    assert "have times" in run("fetch AAA --source my_source:clocks --adjust raw", status=65).stderr
    assert "AAA,2024-01-01," in run("fetch AAA --source my_source:zoned --adjust raw")


# ---- adjustments


def table(**columns):
    dates = pd.to_datetime(["2024-01-02", "2024-01-03"]).as_unit("us")
    base = pd.DataFrame({"date": dates, "open": 10.0, "high": 12.0, "low": 8.0, "close": 10.0, "volume": 6.0})
    return base.assign(**columns)


CAN = {
    ("raw", ()): {"raw"},
    ("raw", ("split",)): {"raw", "split"},
    ("raw", ("adj_close",)): {"raw", "total"},
    ("raw", ("split", "adj_close")): {"raw", "split", "total"},
    ("split", ()): {"split"},
    ("split", ("adj_close",)): {"split", "total"},
    ("total", ()): {"total"},
    ("none-needed", ()): {"raw", "split", "total"},
}


@pytest.mark.parametrize(("stated", "columns"), CAN)
@pytest.mark.parametrize("wanted", ["raw", "split", "total"])
def test_an_adjustment_is_given_or_refused_with_those_that_are(stated, columns, wanted):
    rows = table(**dict.fromkeys(columns, 5.0))
    if wanted in CAN[stated, columns]:
        assert not {"adj_close", "split"} & set(adjusted(rows, stated, wanted, "here"))
        return
    with pytest.raises(UsageError, match="use --adjust") as error:
        adjusted(rows, stated, wanted, "here")
    assert set(error.value.message.partition("use --adjust ")[2].split(" or ")) == CAN[stated, columns]


def test_a_split_divides_earlier_prices_and_multiplies_earlier_volume():
    out = adjusted(table(split=[1.0, 4.0]), "raw", "split", "here")
    assert out["close"].tolist() == [2.5, 10.0]
    assert out["volume"].tolist() == [24.0, 6.0]


def test_the_way_out_of_a_refused_adjustment_works():
    refused = run("fetch AAA --source my_source:splits", status=2)
    assert "use --adjust split" in refused.stderr
    assert len(run("fetch AAA --source my_source:splits --adjust split").splitlines()) == 45


# ---- what is finished

NOON = dt.datetime(2024, 3, 6, 12, 20, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("date", "interval", "over"),
    [
        ("2024-03-05", "1d", True),
        ("2024-03-06", "1d", False),
        ("2024-03-06 11:00", "1h", True),
        ("2024-03-06 12:00", "1h", False),
        ("2024-03-06 12:15", "5m", True),
        ("2024-02-26", "1wk", True),
        ("2024-03-04", "1wk", False),
        ("2024-02-01", "1mo", True),
        ("2024-03-01", "1mo", False),
    ],
)
def test_a_bar_is_over_with_its_interval(date, interval, over):
    assert is_finished(pd.Series([pd.Timestamp(date)]), interval, NOON).tolist() == [over]


# ---- only what the command line names is imported


def test_a_job_file_and_the_environment_name_no_source(tmp_path, monkeypatch):
    job = tmp_path / "job.toml"
    job.write_text('[fetch]\nsource = "my_source:bars"\nsymbols = ["AAA"]\n')
    refused = run(f"run {job}", status=78)
    assert "if you trust that code, add --source my_source:bars" in refused.stderr
    monkeypatch.setenv("SIGNALCLI_FETCH_SOURCE", "yahoo,my_source:bars")
    assert "error[PLUGIN-UNNAMED]" in run("fetch AAA", status=78).stderr
    assert "my_source" not in sys.modules


def test_a_job_file_may_name_a_service(tmp_path, monkeypatch):
    monkeypatch.delenv("TIINGO_API_KEY", raising=False)
    job = tmp_path / "job.toml"
    job.write_text('[fetch]\nsource = "tiingo"\nsymbols = ["AAA"]\n')
    assert "set TIINGO_API_KEY" in run(f"run {job}", status=2).stderr


def test_a_run_of_the_ledger_names_no_source():
    recipe = Recipe(FitConfig(), FoldConfig(), FeatureConfig(), FetchConfig(source="yahoo,my_source:bars"))
    with pytest.raises(ConfigError, match="asks for my_source:bars"):
        refuse_own_models(recipe, ())
    refuse_own_models(recipe, ("my_source:bars",))


def test_the_environment_may_name_a_service_with_a_colon(monkeypatch):
    pytest.importorskip("ccxt")
    monkeypatch.setenv("SIGNALCLI_FETCH_SOURCE", "ccxt:krakn")
    assert "no such exchange; did you mean kraken" in run("fetch BTC/USD --start 2024-01-01", status=2).stderr


# ---- names


@pytest.mark.parametrize(
    ("source", "services"),
    [
        ("yahoo", ("yahoo",)),
        ("yahoo,tiingo", ("yahoo", "tiingo")),
        (("yahoo", "ccxt:kraken"), ("yahoo", "ccxt:kraken")),
        ("yahoo, yahoo", ("yahoo",)),
        ("my.module:bars", ("my.module:bars",)),
        ("bars.csv", ()),
        ("yahoo,bars.csv", ()),
        ("./my:bars", ()),
        ("-", ()),
        ("", ()),
    ],
)
def test_services_by_name(source, services):
    assert services_of(source) == services
    assert not is_service("nothing-installed")


@pytest.mark.parametrize("source", ["yahoo,bars.csv", "yahoo,synthetic", ("yahoo", "bars.csv")])
def test_services_and_files_do_not_mix(source):
    with pytest.raises(UsageError, match="--source"):
        FetchConfig(source=source)


# ---- the test kit

WINDOW = dt.date(2024, 1, 2), dt.date(2024, 2, 1)


def test_the_kit_accepts_a_good_source_and_names_what_is_wrong():
    mine = module()

    def known(symbols, *window):
        if symbols != ["AAA"]:
            return SourceBars(mine.rows("AAA").head(0), "raw")
        return SourceBars(mine.rows("AAA", *window[:2]), "raw")

    assert_source(known, "AAA", *WINDOW)
    for source, words in (
        (mine.plain, "must return SourceBars"),
        (mine.greedy, "outside the window"),
        (mine.splits, "bars of a symbol that there is not"),
        (lambda _, *w: SourceBars(pd.concat([mine.rows("AAA", *w[:2])] * 2), "raw"), "two bars of"),
        (lambda _, *w: SourceBars(mine.rows("AAA", *w[:2]).assign(low=0.0), "raw"), "bad"),
        (lambda _, *w: SourceBars(mine.rows("AAA", *w[:2]).head(3), "raw"), "four are needed"),
        (_of_the_window(mine), "differ when only these are asked for"),
    ):
        with pytest.raises(AssertionError, match=words):
            assert_source(source, "AAA", *WINDOW)


def _of_the_window(mine):
    """A source that adjusts to the first price of what is asked for."""

    def bars(symbols, start, end, interval):
        rows = mine.rows("AAA", start, end)
        return SourceBars(rows.assign(volume=rows["volume"] * start.toordinal()), "raw")

    return bars


# ---- the page in the docs

PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def house_data(tmp_path):
    """A web server with the bars of one symbol."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = module().rows("IBM").assign(date=lambda t: t["date"].dt.strftime("%Y-%m-%d"))
    (folder / "IBM.json").write_text(rows.to_json(orient="records"))
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_the_source_and_the_test_of_the_docs_work(tmp_path, house_data, monkeypatch):
    source, test = SCRIPTS
    assert len([line for line in source.splitlines() if line]) <= 15
    (tmp_path / "house_data.py").write_text(source)
    monkeypatch.setenv("HOUSE_DATA", house_data)
    out = run("fetch IBM --source house_data:bars --start 2024-02-01 --adjust raw")
    assert len(out.splitlines()) == 22
    assert "error[SOURCE-NOSYMBOL]" in run("fetch GONE --source house_data:bars", status=66).stderr
    (tmp_path / "house_check.py").write_text(test)
    importlib.import_module("house_check").test_bars()
    for name in ("house_data", "house_check"):
        sys.modules.pop(name)
