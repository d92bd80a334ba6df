"""TUNING for people: how parameters wander, and the curve beside luck."""

import numpy as np
import pandas as pd

from signalcli.report.text.tuning import HEIGHT, LUCK, MARGIN, MOST_CURVES, WIDTH, tuning_text


def table(parameters, model="tree"):
    rows = [
        {"fold": str(k + 1), "parameters": text, "accuracy_low": 0.45, "accuracy_high": 0.55}
        for k, text in enumerate(parameters)
    ]
    rows.append({"fold": "all", "parameters": np.nan, "accuracy_low": 0.47, "accuracy_high": np.nan})
    names = (
        *("trials", "inner_score", "noise_best", "outer_score", "gap", "accuracy", "inner_dsr", "pbo", "dsr"),
    )
    return pd.DataFrame(rows).assign(
        symbol="AAA", model=model, objective="accuracy", **dict.fromkeys(names, 0.5)
    )


def history(best, noise, fold="1", model="tree"):
    return pd.DataFrame({"best": best, "noise_best": noise}).assign(symbol="AAA", model=model, fold=fold)


def text(parameters, best=(0.5, 0.6), noise=(0.5, 0.52)):
    return tuning_text(table(parameters), history(best, noise), color=False)


def test_how_often_a_value_was_chosen() -> None:
    shown = text(["leaves=7 loss=none", "leaves=15 loss=none", "leaves=7 loss=none"])
    assert "AAA tree over 3 folds:  leaves 7 ×2, 15 ×1  loss none ×3" in shown
    assert "rate 0.01 … 0.3" in text(["rate=0.1", "rate=0.01", "rate=0.3"])
    assert "0.450 … 0.550" in shown


def test_the_curve_rises_from_the_first_to_the_last_trial() -> None:
    shown = text(["leaves=7"], best=[0.5, 0.6, 0.6], noise=[0.5, 0.51, 0.52])
    curve = shown[shown.index("AAA tree fold 1: accuracy of the best of 1 … 3 trials") :].splitlines()[1:]
    assert len(curve) == HEIGHT
    assert curve[0].startswith(f"{'0.6':>{MARGIN - 1}} ")
    assert curve[-1].startswith(f"{'0.5':>{MARGIN - 1}} ◉")
    assert curve[0].rstrip()[-1] == "●"
    assert len(curve[0]) == MARGIN + WIDTH
    assert sum(LUCK in line for line in curve) == 2
    assert "expected of noise" not in text(["leaves=7"], best=[np.nan, np.nan])


def test_the_last_search_of_few_models_is_drawn_and_the_others_counted() -> None:
    models = [f"m{k}" for k in range(MOST_CURVES + 2)]
    every = pd.concat([history([0.5, 0.6], [0.5, 0.5], fold, m) for m in models for fold in ("1", "best")])
    shown = tuning_text(pd.concat([table(["p=1"], m) for m in models]), every, color=False)
    assert shown.count("of the best of") == MOST_CURVES
    assert "fold 1:" not in shown
    assert "not drawn: 2 more searches; --history FILE writes them" in shown


def test_names_cannot_steer_the_terminal() -> None:
    foreign = tuning_text(
        table(["p=\x1b[2J"]).assign(symbol="A\x1b"),
        history([0.5, 0.6], [0.5, 0.5]).assign(symbol="A\x1b"),
        color=False,
    )
    assert "\x1b" not in foreign
