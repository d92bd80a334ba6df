"""The exit statuses."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "0",
        (0,),
        "The command has done what was asked. Warnings may stand on standard error.",
        "Go on.",
        "signalcli fetch IBM --source prices.csv > bars.csv && signalcli features bars.csv > features.csv",
    ),
    Page(
        "1",
        (1,),
        "A fault of signalcli itself that nobody foresaw.",
        "Run the command again with --debug and report the line, the traceback and `signalcli --version`.",
        "signalcli fit features.csv --debug",
    ),
    Page(
        "2",
        (2,),
        "An option, an argument or a variable is wrong, options contradict each other, or a library "
        "is not installed.",
        "Correct the command line; the message names the option and what it must be. A retry does not help.",
        "signalcli fit --help-all",
    ),
    Page(
        "3",
        (3,),
        "A check that was asked for has failed: its findings are written, and this status tells a "
        "script about them.",
        "Read the findings. It says nothing against the command: validate found faults, compare found"
        " no edge, status found something stale, audit found a leak.",
        'signalcli compare predictions.csv --require-edge || echo "no edge"',
    ),
    Page(
        "65",
        (65,),
        "The data break their contract, or there are too few rows.",
        "Correct the file at the line that the message names, or choose how such rows are treated. A "
        "retry does not help.",
        "signalcli validate prices.csv --format table",
    ),
    Page(
        "66",
        (66,),
        "The input is missing or cannot be read, a symbol is unknown, or there are no bars in the window.",
        "Check the name of the file, the symbol and the dates.",
        "signalcli fetch IBM --source prices.csv --start 2015-01-01",
    ),
    Page(
        "69",
        (69,),
        "A data source did not answer, or the machine had no memory or processes left.",
        "Try again later; --retry does it by itself.",
        "signalcli fetch IBM --store prices --retry 6x10m > bars.csv",
    ),
    Page(
        "74",
        (74,),
        "The result could not be written: the disk is full, the folder cannot be written, or standard"
        " output is closed.",
        "Make room or name another place with --output. The old file is still there.",
        "signalcli fetch IBM --source prices.csv --output /var/tmp/bars.csv",
    ),
    Page(
        "75",
        (75,),
        "Another run holds the lock of the same store, model or file.",
        "Try again later; --retry and --wait do it by themselves.",
        "signalcli fetch IBM --store prices --wait 60 > bars.csv",
    ),
    Page(
        "78",
        (78,),
        "A job file, a saved model or code of your own breaks its contract.",
        "Correct the job file at the key that the message names; fit a damaged model again.",
        "signalcli run nightly.toml --dry-run",
    ),
    Page(
        "130",
        (130,),
        "The command was interrupted at the keyboard (Ctrl-C, SIGINT).",
        "Start it again; files are replaced whole or not at all.",
        "signalcli run nightly.toml",
    ),
    Page(
        "141",
        (141,),
        "The program that read standard output ended first, such as head (SIGPIPE).",
        "Nothing is wrong. Write to a file where the whole result is needed.",
        "signalcli fetch IBM --source prices.csv | head -1",
    ),
    Page(
        "143",
        (143,),
        "The command was terminated from outside (SIGTERM), such as by systemd, timeout or a shutdown.",
        "Start it again; files are replaced whole or not at all.",
        "timeout 600 signalcli run nightly.toml",
    ),
)
