"""Errors of the program, its libraries and its streams."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "BUG",
        (1,),
        "An exception that nobody foresaw: a fault of signalcli.",
        "Run it again with --debug and report the traceback with the version.",
        "signalcli fit features.csv --debug",
    ),
    Page(
        "USAGE",
        (2,),
        "An option or a verb does not exist, or an argument is missing or too many.",
        "Look at the options of the verb; misspelled names are answered with the nearest ones.",
        "signalcli fit --help-all",
    ),
    Page(
        "COMPLETE",
        (2,),
        "A variable of shell completion (_SIGNALCLI_COMPLETE) is set, but not by a completion script.",
        "Remove the variable from the environment.",
        "env -u _SIGNALCLI_COMPLETE signalcli --help",
    ),
    Page(
        "MEMORY",
        (69,),
        "The machine or a limit (ulimit -v, a container) had no memory left.",
        "Use fewer symbols, rows, features or --jobs, or allow more memory.",
        "signalcli fit features.csv --jobs 1",
    ),
    Page(
        "LIBRARY",
        (69,),
        "A library is installed but cannot be loaded: it is damaged, or a part of the system is missing.",
        "Install signalcli again, with the versions in constraints.txt.",
        "signalcli doctor",
    ),
    Page(
        "LIBRARY-NONE",
        (2,),
        "The command needs a library that this installation leaves out.",
        "Type the command in the message, which installs it.",
        "signalcli doctor",
    ),
    Page(
        "JOBS-DIED",
        (69,),
        "A worker process was killed from outside, most often because the machine had no memory left.",
        "Use fewer --jobs, or fewer symbols, rows and features.",
        "signalcli fit features.csv --jobs 1",
    ),
    Page(
        "OUTPUT-WRITE",
        (74,),
        "A result could not be written: disk full, no right to write, or standard output closed.",
        "Make room or name a file that can be written. What stood there before is still there.",
        "signalcli backtest predictions.csv --output metrics.csv",
    ),
    Page(
        "SPOOL-WRITE",
        (74,),
        "Standard input is copied to a temporary file when it is read twice, and that file could not "
        "be written.",
        "Make room in the folder for temporary files, or name another one with TMPDIR.",
        "TMPDIR=/var/tmp signalcli features - < bars.csv",
    ),
    Page(
        "FILE-FAULT",
        (74,),
        "The operating system refused to read or write a file while the command was at work.",
        "Check the disk, the rights and the limit of open files (ulimit -n).",
        "signalcli doctor",
    ),
    Page(
        "LOCK-HELD",
        (75,),
        "Another run writes the same store, saved model or file at this moment. The lock ends with "
        "that process.",
        "Wait for it: --wait for a store, --retry for a whole run.",
        "signalcli fetch IBM --store prices --wait 60 > bars.csv",
    ),
    Page(
        "LOCK-OPEN",
        (74,),
        "The lock file beside the target could not be made.",
        "Give yourself the right to write in that folder, or name another folder.",
        'signalcli fetch IBM --store "$HOME/prices" > bars.csv',
    ),
    Page(
        "FORMAT-BINARY",
        (2,),
        "Parquet is binary, and standard output is a terminal.",
        "Write it to a file.",
        "signalcli features bars.csv --output features.parquet",
    ),
    Page(
        "FORMAT-UNKNOWN",
        (2,),
        "There is no output format of this name.",
        "Use csv, json, jsonl or parquet; or let the ending of --output decide.",
        "signalcli features bars.csv --format jsonl",
    ),
    Page(
        "EXPLAIN-UNKNOWN",
        (2,),
        "There is no error code and no exit status of this name.",
        "List all of them.",
        "signalcli explain",
    ),
    Page(
        "DOCTOR-FAULT",
        (3,),
        "doctor found something that keeps the installation, a folder or a saved model from working.",
        "Do what the column `remedy` says, then run it again.",
        "signalcli doctor --format table",
    ),
)
