"""Errors of models, fits and forecasts."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "MODEL-UNKNOWN",
        (2,),
        "There is no model of this name.",
        "List the models; one of your own is module:name.",
        "signalcli models",
    ),
    Page(
        "MODEL-PARAM",
        (2,),
        "The model has no such parameter, its value is wrong, or it is set twice.",
        "List the parameters of the model.",
        "signalcli models lstm",
    ),
    Page(
        "MODEL-OWN",
        (78,),
        "Your own model is no classifier with the interface of scikit-learn, or raised an error.",
        "Offer fit, predict_proba and classes_.",
        "signalcli fit features.csv --model my_models:forest > predictions.csv",
    ),
    Page(
        "MODEL-SUMMARY",
        (2,),
        "The model has no layers to list.",
        "Name rnn, lstm, gru, conv or mlp.",
        "signalcli models --summary lstm",
    ),
    Page(
        "INSPECT-MODEL",
        (2,),
        "--gradients needs models that are trained by gradient descent.",
        "Name networks.",
        "signalcli inspect --gradients bars.csv --model rnn,lstm",
    ),
    Page(
        "FORECAST-COLUMN",
        (2,),
        "The column to forecast does not exist or is not numeric.",
        "Use a column from the message.",
        "signalcli forecast bars.csv --column close > forecasts.csv",
    ),
    Page(
        "FORECAST-HOLES",
        (65,),
        "The column to forecast is unknown in some bars.",
        "Remove these bars.",
        "signalcli validate bars.csv --format table",
    ),
    Page(
        "FORECAST-SCALE",
        (65,),
        "The scale divides by the values, and some are zero or negative.",
        "Use another scale.",
        "signalcli forecast bars.csv --scale standard > forecasts.csv",
    ),
    Page(
        "FORECAST-BASELINE",
        (65,),
        "The FORECASTS lack those of persistence, the baseline.",
        "Write them with signalcli forecast.",
        "signalcli forecast bars.csv --metrics errors.csv > forecasts.csv",
    ),
    Page(
        "REPRODUCE-NAME",
        (2,),
        "There is no published system of this name.",
        "List them.",
        "signalcli reproduce list",
    ),
    Page(
        "REPRODUCE-CELL",
        (2,),
        "The system has no such cell.",
        "Use one from the message.",
        "signalcli reproduce wave --cell ar",
    ),
    Page(
        "REPRODUCE-SYMBOLS",
        (65,),
        "The file has several symbols, and the system reads one.",
        "Give a file with one symbol.",
        "signalcli reproduce list",
    ),
)
