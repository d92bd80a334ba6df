"""Errors of features and of code of your own."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "FEATURES-NONE",
        (65,),
        "There are no feature columns, or no row has all of them.",
        "Make FEATURES from bars; use more bars, or leave out the column that the message names.",
        "signalcli features bars.csv | signalcli fit > predictions.csv",
    ),
    Page(
        "FEATURES-NAME",
        (2,),
        "No feature has this name or matches this pattern.",
        "Use a name from the message.",
        "signalcli fit features.csv --features 'ret_lag*' > predictions.csv",
    ),
    Page(
        "FEATURES-LAGS",
        (65,),
        "The model reads sequences, and the lagged values of a channel are not complete.",
        "Make features with the set lags.",
        "signalcli features bars.csv --sets lags | signalcli fit --model lstm > predictions.csv",
    ),
    Page(
        "FEATURES-LEAK",
        (65,),
        "A feature knows the next return far better than is possible: it reads the future.",
        "Find out when its value is known and shift it; keep it with --allow-leak only if you can "
        "explain it.",
        "signalcli fit features.csv --exclude suspicious > predictions.csv",
    ),
    Page(
        "FEATURES-SPEC",
        (65,),
        "The FEATURES are not what --spec makes of these bars, so a saved model would get other features.",
        "Make the features with the same spec.",
        "signalcli features bars.csv --spec choice.toml | signalcli fit --spec choice.toml --save "
        "model > predictions.csv",
    ),
    Page(
        "EXTRA-TAKEN",
        (2,),
        "A column beside the bars has the name of a column of signalcli.",
        "Rename it in the file.",
        "signalcli features bars.csv --extra sentiment > features.csv",
    ),
    Page(
        "EXTRA-TEXT",
        (2,),
        "A column beside the bars holds text.",
        "Encode it as numbers first.",
        "signalcli features bars.csv --extra sentiment > features.csv",
    ),
    Page(
        "EXTRA-UNKNOWN",
        (2,),
        "There is no such column beside the bars.",
        "Use a name from the message.",
        "signalcli features bars.csv --extra sentiment > features.csv",
    ),
    Page(
        "PLUGIN-NAME",
        (78,),
        "The name of code of your own cannot be read or found, or there are two of that name.",
        "Write module:function, from a folder in which Python finds the module.",
        "signalcli features bars.csv --plugin my_features:declare > features.csv",
    ),
    Page(
        "PLUGIN-LOAD",
        (78,),
        "Your module or function raised an error while it was loaded.",
        "Run it alone in Python first.",
        "python3 -c 'import my_features; print(my_features.declare())'",
    ),
    Page(
        "PLUGIN-UNNAMED",
        (78,),
        "A file asks for code that the command line does not name; a file alone never runs code.",
        "Read that code; if you trust it, add the flag in the message.",
        "signalcli run nightly.toml --plugin my_features:declare",
    ),
    Page(
        "PLUGIN-FEATURE",
        (78,),
        "The function returns something else than features, or a feature with a name that is taken.",
        "Return a list of signalcli.features.Feature with names of their own.",
        "python3 -c 'from signalcli.testing import assert_causal'",
    ),
    Page(
        "PLUGIN-SHAPE",
        (65,),
        "A feature of your own returned an array of the wrong shape.",
        "Return one value for each bar and symbol.",
        "signalcli features bars.csv --plugin my_features:declare > features.csv",
    ),
)
