"""Errors of options, job files and specs."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "OPTION-VALUE",
        (2,),
        "The value of an option or variable is of the wrong type, out of its bounds, or contradicts another.",
        "The message says what it must be.",
        "signalcli fit --help-all",
    ),
    Page(
        "JOB-KEY",
        (78,),
        "The job file has a section or key that does not exist.",
        "Use the name that the message suggests; `job init` writes all of them.",
        "signalcli job init > nightly.toml",
    ),
    Page(
        "JOB-SYNTAX",
        (78,),
        "The job file is not TOML, or is too large or nested too deeply.",
        "Correct the line; text needs quotes.",
        "signalcli run nightly.toml --dry-run",
    ),
    Page(
        "JOB-VALUE",
        (78,),
        "A value in the job file is of the wrong type or out of its bounds.",
        "The message says what it must be.",
        "signalcli run nightly.toml --dry-run",
    ),
    Page(
        "SPEC-KEY",
        (78,),
        "The file of --spec has a key that does not exist.",
        "Write the file with features --save-spec.",
        "signalcli features --window 30 --save-spec choice.toml",
    ),
    Page(
        "SPEC-SYNTAX",
        (78,),
        "The file of --spec is not TOML with one section.",
        "Write the file with features --save-spec.",
        "signalcli features --window 30 --save-spec choice.toml",
    ),
    Page(
        "SPEC-VALUE",
        (78,),
        "A value in the file of --spec is of the wrong type or out of its bounds.",
        "The message says what it must be.",
        "signalcli features --window 30 --save-spec choice.toml",
    ),
)
