"""Every option, once: its names and its help. Defaults live in the dataclass each verb fills."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.options.option import option
from signalcli.config.features import EVERY_SET

AdjustChoice = Literal["total", "split", "raw"]
BadRowsChoice = Literal["drop", "keep", "error"]
CriterionChoice = Literal["log_loss", "accuracy", "net_return"]
FillChoice = Literal["next_open", "close"]
OnRewriteChoice = Literal["refetch", "error", "keep"]
DataFormat = Literal["csv", "json", "jsonl", "parquet"]
ShownChoice = Literal["essential", "all"]
PartChoice = Literal["symbol", "year", "fold"]
SchemeChoice = Literal["expanding", "rolling", "combinatorial"]
TableFormat = Literal["table", "csv", "json", "jsonl", "parquet"]


def _set(name: str) -> typer.models.OptionInfo:
    """Callback that keeps a flag in NOTES, so that no verb has to carry it."""

    def keep(value: bool) -> bool:
        setattr(NOTES, name, value)
        return value

    return keep  # type: ignore[return-value]


def _take_job(context: typer.Context, symbols: list[str] | None) -> list[str] | None:
    from signalcli.cli.verbs.job import take_job

    return take_job(context, symbols)


Quiet = Annotated[bool, option("--quiet", "-q", help="No warnings, no progress.", callback=_set("quiet"))]
Verbose = Annotated[
    bool,
    option("--verbose", "-v", help="Say on stderr what was read and done.", callback=_set("verbose")),
]
Debug = Annotated[bool, option("--debug", help="Traceback of an error.", callback=_set("debug"))]

Symbols = Annotated[
    list[str] | None, typer.Argument(help="Symbols; none means all that a file has.", metavar="SYMBOL")
]
SymbolsOrJob = Annotated[
    list[str] | None,
    typer.Argument(
        help="Symbols, or one job file (….toml).",
        metavar="SYMBOL|JOB.toml",
        is_eager=True,
        callback=_take_job,
    ),
]
BarsOrSymbols = Annotated[
    list[str] | None,
    typer.Argument(help="BARS table, - or nothing reads the pipe; with --store, symbols.", metavar="BARS"),
]
FeaturesFile = Annotated[
    str | None, typer.Argument(help="FEATURES table; - or nothing reads the pipe.", metavar="FEATURES")
]
PredictionsFile = Annotated[
    str | None,
    typer.Argument(help="PREDICTIONS table; - or nothing reads the pipe.", metavar="PREDICTIONS"),
]
PredictionsFiles = Annotated[
    list[str] | None,
    typer.Argument(help="PREDICTIONS tables; - or nothing reads the pipe.", metavar="PREDICTIONS"),
]

Source = Annotated[
    str,
    option("--source", "-s", help="yahoo, synthetic, or a CSV file.", metavar="yahoo|synthetic|FILE"),
]
Start = Annotated[dt.datetime | None, option("--start", help="First date.", formats=["%Y-%m-%d"])]
End = Annotated[dt.datetime | None, option("--end", help="Last date, included.", formats=["%Y-%m-%d"])]
Interval = Annotated[
    str, option("--interval", "-i", help="Length of a bar (yahoo, synthetic): 1d, 1wk, 1h, 5m …")
]
Adjust = Annotated[
    AdjustChoice,
    option("--adjust", help="Prices adjusted for splits and dividends, for splits, or as traded."),
]
BadRows = Annotated[BadRowsChoice, option("--bad-rows", help="Rows that cannot be right.")]
Strict = Annotated[bool, option("--strict", help="Refuse a file whose dates are not in order.")]
DateFormat = Annotated[
    str | None,
    option("--date-format", help="strptime format of a file's dates, as %d.%m.%Y.", metavar="FORMAT"),
]
Gzip = Annotated[bool, option("--gzip", help="The file is packed with gzip.")]
Timeout = Annotated[float, option("--timeout", help="Seconds for all of a Yahoo fetch.")]
IncludeUnfinished = Annotated[
    bool, option("--include-unfinished", help="Keep bars whose session is still running (yahoo).")
]
Rows = Annotated[int, option("--rows", help="Number of synthetic bars.")]

Store = Annotated[
    str | None,
    option(
        "--store",
        help="Read the bars from this store; 'default' is the one in your data folder.",
        metavar="DIR",
    ),
]
KeepStore = Annotated[
    str | None,
    option(
        "--store",
        help="Keep the bars there and ask only for what is missing; 'default' is in your data folder.",
        metavar="DIR",
    ),
]
StoreFolder = Annotated[
    str, option("--store", help="Folder of the store; 'default' is in your data folder.", metavar="DIR")
]
Wait = Annotated[float, option("--wait", help="Seconds to wait for a store in which another run writes.")]
Overlap = Annotated[
    int, option("--overlap", help="Stored bars that are fetched again, to see whether they were rewritten.")
]
OnRewrite = Annotated[
    OnRewriteChoice, option("--on-rewrite", help="When the source has changed bars that are stored.")
]
Calendar = Annotated[
    str,
    option(
        "--calendar",
        help="Sessions to expect: an exchange, 24/7, none, or the bars' own week (auto).",
        metavar="XNYS|…|24/7|auto|none",
    ),
]
Ahead = Annotated[
    str,
    option(
        "--calendar",
        help="Sessions to come: an exchange, 24/7, or the bars' own week (auto), which knows no holidays.",
        metavar="XNYS|…|24/7|auto",
    ),
]
AsOf = Annotated[
    dt.datetime | None,
    option("--as-of", help="Day on which the bars should be up to date.", formats=["%Y-%m-%d"]),
]

Thresholds = Annotated[
    list[str] | None,
    option(
        "--set",
        help="Another threshold, as stale_sessions=0, flat_run=10; a wrong name tells them all.",
        metavar="NAME=VALUE",
    ),
]
Json = Annotated[bool, option("--json", help="Same as --format json.")]

OneSymbol = Annotated[str, typer.Argument(help="A stored symbol.", metavar="SYMBOL")]
Vintage = Annotated[
    str | None,
    option("--vintage", help="The bars as they were before the rewrite of that time.", metavar="TIME"),
]
VintagesBefore = Annotated[
    dt.datetime | None,
    option("--vintages-before", help="Remove older vintages as well.", formats=["%Y-%m-%d"]),
]

Window = Annotated[int, option("--window", "-w", help="Bars a model sees.")]
Horizon = Annotated[int, option("--horizon", help="Bars ahead that the target looks.")]
DeadZone = Annotated[
    float, option("--dead-zone", help="Returns within ± this fraction are direction 0 of -1, 0, 1.")
]
Sets = Annotated[str, option("--sets", help=f"Feature sets: any of {','.join(EVERY_SET)}.")]

Models = Annotated[
    str,
    option(
        "--model",
        "--models",
        "-m",
        help="Models by name; signalcli models lists them.",
        metavar="NAME[,NAME…]",
    ),
]
Folds = Annotated[int, option("--folds", help="Test blocks (combinatorial: groups).")]
Gap = Annotated[int, option("--gap", help="Dates left out before each test block.")]
MaxTrain = Annotated[int | None, option("--max-train", help="Longest training part in dates (rolling).")]
Cv = Annotated[SchemeChoice, option("--cv", help="How the training part goes with its test block.")]
Embargo = Annotated[int, option("--embargo", help="Dates left out behind each test block (combinatorial).")]
RefitEvery = Annotated[
    str | None,
    option(
        "--refit-every", help="Test blocks of so many dates, or of a week, month, quarter, year.", metavar="N"
    ),
]
TestGroups = Annotated[int, option("--test-groups", help="Groups tested together (combinatorial).")]
Holdout = Annotated[
    dt.datetime | None,
    option("--holdout", help="Rows from this date on are never looked at.", formats=["%Y-%m-%d"]),
]
OpenHoldout = Annotated[bool, option("--open-holdout", help="Test the hold-out and nothing else.")]
Pooled = Annotated[bool, option("--pooled", help="One model over all symbols instead of one each.")]
Settings = Annotated[
    list[str] | None,
    option("--set", help="Parameter of a model (or of a synthetic process).", metavar="MODEL.PARAM=VALUE"),
]
Seed = Annotated[int, option("--seed", help="Decides every random number.", min=0)]
Seeds = Annotated[
    int, option("--seeds", help="Fit with so many seeds, to see what is noise: lstm@0, lstm@1 …", min=1)
]
Jobs = Annotated[int, option("--jobs", "-j", help="Processes that fit side by side; same numbers.")]

CostBps = Annotated[float, option("--cost-bps", help="Cost of a unit of turnover in basis points.")]
FillOption = Annotated[FillChoice, option("--fill", help="Price at which a decision is taken.")]
Threshold = Annotated[float, option("--threshold", help="Trade above this probability.")]
LongOnly = Annotated[bool, option("--long-only", help="Flat instead of short.")]
By = Annotated[CriterionChoice, option("--by", help="Criterion that decides about an edge.")]
Alpha = Annotated[
    float, option("--alpha", help="Accepted share of false alarms, corrected for their number.")
]
RequireEdge = Annotated[bool, option("--require-edge", help="Exit 3 when no model beats the best baseline.")]
DryRun = Annotated[
    bool, option("--dry-run", help="Print the settings and where each comes from; do nothing.")
]
ReturnsFile = Annotated[
    str | None,
    option(
        "--returns", help="Write the RETURNS table there; - writes it instead of METRICS.", metavar="FILE"
    ),
]

SaveFolder = Annotated[
    str | None,
    option("--save", help="Fit the one model on all rows as well and write it there.", metavar="DIR"),
]
MadeWith = Annotated[
    str | None,
    option("--spec", help="What FEATURES were made with (features --save-spec), for --save.", metavar="FILE"),
]
Adjusted = Annotated[
    AdjustChoice | None,
    option("--adjust", help="How prices were adjusted, where you know it, for --save."),
]
ModelFolder = Annotated[str, option("--model", "-m", help="Folder that fit --save wrote.", metavar="DIR")]
SavedModel = Annotated[str, typer.Argument(help="Folder that fit --save wrote.", metavar="DIR")]
SignalsFile = Annotated[
    str, typer.Argument(help="SIGNALS table that predict --append keeps.", metavar="SIGNALS")
]
RowsOption = Annotated[
    str | None,
    option("--bars", "-b", help="BARS (verify: or FEATURES); - or nothing reads the pipe.", metavar="FILE"),
]
EveryRow = Annotated[bool, option("--all", help="Every row instead of the newest of each symbol.")]
AppendFile = Annotated[
    str | None,
    option("--append", "-a", help="Put the rows into this CSV, replacing their own.", metavar="FILE"),
]
RefitAfter = Annotated[
    str | None,
    option(
        "--refit-after",
        help="Fit only when the model in --save learnt longer before the newest bar, as 30d, or has other "
        "settings; print metrics only then.",
        metavar="SPAN",
    ),
]
Update = Annotated[bool, option("--update", help="Bring the bars of --store up to date first.")]
MaxAge = Annotated[
    str | None,
    option("--max-age", help="Refuse a model that learnt longer before the newest bar, as 30d."),
]
Last = Annotated[int, option("--last", help="Newest bars to ask for one by one; 0 is all.", min=0)]

DriftFile = Annotated[
    str | None,
    option(
        "--drift",
        help="Write there how far features, p_up and hits are from the training part of --model; - writes it "
        "instead of METRICS.",
        metavar="FILE",
    ),
]
ScoredModel = Annotated[
    str | None, option("--model", "-m", help="Folder of the model that gave the signals.", metavar="DIR")
]
WatchedStore = Annotated[str | None, option("--store", help="Store whose bars are looked at.", metavar="DIR")]
WatchedModels = Annotated[
    list[str] | None,
    option("--model", "-m", help="Folder that fit --save wrote; may be repeated.", metavar="DIR"),
]
WatchedSignals = Annotated[
    str | None, option("--signals", help="File that predict --append keeps.", metavar="FILE")
]
OnlyStale = Annotated[bool, option("--stale", help="Only what is stale; not a word where nothing is.")]
StatusAge = Annotated[
    str | None,
    option(
        "--max-age", help="A model is stale whose labels end longer before that day, as 30d.", metavar="SPAN"
    ),
]
StatusDay = Annotated[
    dt.datetime | None,
    option("--as-of", help="Day before which no session should be missing; today.", formats=["%Y-%m-%d"]),
]
Ledger = Annotated[
    str,
    option("--ledger", help="Ledger of all fits; 'default' is in your state folder.", metavar="FILE|off"),
]
Deflate = Annotated[
    bool, option("--deflate", help="Fill dsr, counting the trials on this data in the ledger.")
]
Many = Annotated[bool, option("--many", help="Also test all models together (SPA, StepM, MCS; needs arch).")]
CalibrateChoice = Literal["platt", "isotonic"]
Calibrate = Annotated[
    CalibrateChoice | None,
    option("--calibrate", help="Rescale probabilities by how they fared late in the training part."),
]
Coverage = Annotated[
    float | None,
    option("--coverage", help="Trade only where sure enough: at most 1 - this share of rows is wrong."),
]
Rules = Annotated[
    list[str] | None,
    option(
        "--rule",
        help="Sizing, holding, stops and further costs, as sizing=volatility, hold=5, stop_loss=0.05, "
        "half_spread_bps=2, borrow_bps=50, per_share=0.005, impact=1.",
        metavar="NAME=VALUE",
    ),
]
TradesFile = Annotated[str | None, option("--trades", help="Write the TRADES table there.", metavar="FILE")]
Shown = Annotated[ShownChoice, option("--metrics", help="The most important metrics, or all.")]
Part = Annotated[PartChoice, option("--by", help="A line a symbol, or one a year or fold of it.")]
Portfolio = Annotated[bool, option("--portfolio", help="Also an equal-weight portfolio over the symbols.")]
Intervals = Annotated[bool, option("--intervals", help="Also bootstrap intervals (takes longer).")]
Explain = Annotated[str | None, option("--explain", help="One metric only.", metavar="NAME")]
RunTable = Annotated[
    str | None, typer.Argument(help="FEATURES or BARS of the run; - reads the pipe.", metavar="TABLE")
]
RunName = Annotated[str, typer.Argument(help="A run by the beginning of its name.", metavar="RUN")]

Output = Annotated[
    str,
    option("--output", "-o", help="File to write, replaced atomically; - is stdout.", metavar="FILE"),
]
Form = Annotated[DataFormat | None, option("--format", "-f", help="Default: by the file's name, else csv.")]
MetricsForm = Annotated[
    TableFormat | None, option("--format", "-f", help="Default: table on a terminal, else csv.")
]
