"""Programs between stages, labels, and backtests: those that look ahead, and those that only seem to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.features import EVERY_SET, FeatureConfig
from signalcli.config.trading import TradingRule
from signalcli.research.audit.selftest.case import (
    AHEAD,
    FEATURES,
    Case,
    honest_stages,
    table_case,
    trade_case,
)
from signalcli.research.audit.stages.chain import features_stage
from signalcli.research.audit.stages.program import program_stage
from signalcli.schemas import BARS

Change = Callable[[pd.DataFrame], pd.DataFrame]
HEAD = "import csv,sys; r=csv.DictReader(sys.stdin); t=list(r); f=r.fieldnames"
TAIL = "w=csv.DictWriter(sys.stdout,f,lineterminator='\\n'); w.writeheader(); w.writerows(t)"
PROGRAMS = {
    "a program that scales by the last close": "m=float(t[-1]['close'])",
    "a program that passes bars on": "m=1.0",
}


def table_cases() -> list[Case]:
    """Every case of a program, a label or a backtest."""
    return [
        *(table_case("program", name, change, leaks=True) for name, change in PROGRAM_LEAKS.items()),
        *(table_case("program", n, c, leaks=True, after="bars") for n, c in BAR_LEAKS.items()),
        *(table_case("program", n, c, leaks=True, after="predictions") for n, c in PREDICTION_LEAKS.items()),
        *(table_case("program", name, change, leaks=False) for name, change in PROGRAM_CONTROLS.items()),
        *(_program(name, "last" in name) for name in PROGRAMS),
        *(table_case("label", n, c, leaks=True, config=AHEAD) for n, c in LABEL_LEAKS.items()),
        *(_labels(name, config) for name, config in LABEL_CONTROLS.items()),
        *(trade_case(name, run, leaks=True) for name, run in TRADE_LEAKS.items()),
        *(_rule(name, rule) for name, rule in TRADE_CONTROLS.items()),
    ]


def _program(name: str, leaks: bool) -> Case:
    """A real program in a pipe, which reads CSV and writes CSV."""
    code = f"{HEAD}; {PROGRAMS[name]}; [x.update(close=float(x['close'])*m) for x in t]; {TAIL}"
    stage = replace(program_stage(f'{sys.executable} -c "{code}"', BARS), name="program")
    return Case("program", name, leaks, lambda: (stage,))


def _labels(name: str, config: FeatureConfig) -> Case:
    return Case("label", name, False, lambda: (features_stage(config),))


def _rule(name: str, rule: TradingRule) -> Case:
    return Case("backtest", name, False, lambda: honest_stages(FEATURES, rule))


def _changed(column: str, function: Callable[[pd.DataFrame], object]) -> Change:
    """A program that computes one column of each symbol anew."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        keys = ["symbol", "model"] if "model" in table else ["symbol"]
        parts = [part.assign(**{column: function(part)}) for _, part in table.groupby(keys, sort=False)]
        return pd.concat(parts).sort_index()

    return change


def _drop_last(table: pd.DataFrame) -> pd.DataFrame:
    last = table.groupby("symbol")["date"].transform("max")
    return table[table["date"] < last]


def _zeroed(rows: pd.DataFrame) -> object:
    """Labels that are not known yet become 0."""
    return rows["direction"].fillna(0)


def _early_end(table: pd.DataFrame) -> pd.DataFrame:
    """Labels over five bars that claim to be known after one."""
    following = table.groupby("symbol")["date"].shift(-1)
    return table.assign(label_end=following.where(table["direction"].notna()))


def _relabeled(function: Callable[[pd.Series[float]], pd.Series[float]]) -> Change:
    """Directions decided by a function of all forward returns."""

    def relabel(rows: pd.DataFrame) -> object:
        new = function(rows["forward_return"]).astype("Int8")
        return new.where(rows["direction"].notna())

    return _changed("direction", relabel)


def _lagged_less(predictions: pd.DataFrame) -> pd.DataFrame:
    """Each bar earns by the decision of its own close."""
    out = backtest(predictions)
    moves = out["close"] / out["open"] - 1.0
    return out.assign(gross_return=out["position"] * moves, net_return=out["position"] * moves)


def _best_price(predictions: pd.DataFrame) -> pd.DataFrame:
    """Entered at the better price of this bar and the next."""
    out = backtest(predictions)
    low = out.groupby(["symbol", "model"])["low"].shift(-1).fillna(out["low"])
    return out.assign(gross_return=out["close"] / np.minimum(low, out["open"]) - 1.0)


def _sized_by_all(predictions: pd.DataFrame) -> pd.DataFrame:
    out = backtest(predictions)
    size = 0.01 / out.groupby("symbol")["forward_return"].transform("std")
    return out.assign(position=out["position"] * size)


def _winners_only(predictions: pd.DataFrame) -> pd.DataFrame:
    """Trades that would lose are not taken."""
    out = backtest(predictions)
    return out.assign(position=np.where(out["position"] * out["forward_return"] < 0, 0.0, out["position"]))


def _scaled_equity(predictions: pd.DataFrame) -> pd.DataFrame:
    out = backtest(predictions)
    return out.assign(equity=out["equity"] / out.groupby(["symbol", "model"])["equity"].transform("last"))


def _quiet_days(predictions: pd.DataFrame) -> pd.DataFrame:
    """Flat before bars of little volume."""
    out = backtest(predictions)
    following = out.groupby(["symbol", "model"])["volume"].shift(-1)
    return out.assign(position=out["position"].where(following > 200_000, 0.0))


def _same_close(predictions: pd.DataFrame) -> pd.DataFrame:
    """The decision earns from the open of its own bar on."""
    moved = predictions.assign(p_up=predictions.groupby(["symbol", "model"])["p_up"].shift(-1).fillna(0.5))
    return backtest(moved)


def _best_model(predictions: pd.DataFrame) -> pd.DataFrame:
    """Only the rows of the model that was right most often."""
    right = (predictions["p_up"] > 0.5) == (predictions["direction"] == 1)
    score = right.groupby([predictions["symbol"], predictions["model"]]).transform("mean")
    best = score == score.groupby(predictions["symbol"]).transform("max")
    return predictions.assign(p_up=predictions["p_up"].where(best, 0.5))


PROGRAM_LEAKS: dict[str, Change] = {
    "a column scaled by its maximum": _changed("ret_lag0", lambda t: t["ret_lag0"] / t["ret_lag0"].max()),
    "a column smoothed on both sides": _changed(
        "ret_lag0", lambda t: t["ret_lag0"].rolling(3, center=True, min_periods=1).mean()
    ),
    "the label as a feature": _changed("tip", lambda t: t["forward_return"].fillna(0.0)),
    "the last row dropped": _drop_last,
    "sorted by value, then joined by place": _changed("best", lambda t: np.sort(t["ret_lag0"].to_numpy())),
    "merge with the next row's date": _changed("next", lambda t: t["close"].shift(-1).ffill()),
}
BAR_LEAKS: dict[str, Change] = {
    "prices adjusted backwards": _changed("close", lambda t: t["close"] * 100 / t["close"].iloc[-1]),
    "volume over its mean": _changed("volume", lambda t: t["volume"] / t["volume"].mean()),
}
PREDICTION_LEAKS: dict[str, Change] = {
    "probabilities smoothed on both sides": _changed(
        "p_up", lambda t: t["p_up"].rolling(3, center=True, min_periods=1).mean()
    ),
    "the best model kept": _best_model,
    "probabilities ranked": _changed("p_up", lambda t: t["p_up"].rank(pct=True)),
    "corrected by the outcome": _changed(
        "p_up", lambda t: t["p_up"] * 0.9 + 0.1 * t["direction"].fillna(0).astype("float64")
    ),
}
PROGRAM_CONTROLS: dict[str, Change] = {
    "a column scaled by its maximum so far": _changed(
        "ret_lag0", lambda t: t["ret_lag0"] / t["ret_lag0"].cummax()
    ),
    "labels known by a date as a feature": _changed(
        "past", lambda t: t["direction"].astype("float64").shift(1).expanding().mean()
    ),
    "rows in another order": lambda t: t.iloc[::-1],
}
LABEL_LEAKS: dict[str, Change] = {
    "unknown labels become 0": _changed("direction", _zeroed),
    "label_end before the label is known": _early_end,
    "up means above the median of all returns": _relabeled(lambda r: (r > r.median()).astype("float64")),
    "labels smoothed over later rows": _relabeled(
        lambda r: (r[::-1].rolling(3, min_periods=1).mean()[::-1] > 0).astype("float64")
    ),
}
LABEL_CONTROLS = {
    "triple barrier": replace(AHEAD, label="triple-barrier", weights=True),
    "trend scan": replace(AHEAD, label="trend-scan"),
    "dead zone in standard deviations": replace(
        AHEAD, label="dead-zone", dead_zone=0.5, dead_zone_unit="volatility"
    ),
    "from the next open": replace(AHEAD, label_from="next_open"),
    "every feature set": FeatureConfig(sets=EVERY_SET, window=5, windows=(5, 10)),
}
TRADE_LEAKS: dict[str, Change] = {
    "each bar earns by its own decision": _lagged_less,
    "decisions one bar early": _same_close,
    "entered at the better of two bars": _best_price,
    "size by the volatility of all bars": _sized_by_all,
    "losing trades are not taken": _winners_only,
    "equity over its last value": _scaled_equity,
    "flat before quiet bars": _quiet_days,
}
TRADE_CONTROLS = {
    "next open, costs": TradingRule(cost_bps=5),
    "fill at the close of the decision": TradingRule(fill="close"),
    "held for five bars": TradingRule(hold=5),
    "size by trailing volatility": TradingRule(sizing="volatility", lookback=10),
    "stop loss and take profit": TradingRule(stop_loss=0.02, take_profit=0.03),
    "dead band and least commission": TradingRule(dead_band=0.2, min_commission=1.0),
}
