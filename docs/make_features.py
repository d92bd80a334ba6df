"""Write docs/features.md from what the features declare, so that the two cannot differ."""

from __future__ import annotations

from pathlib import Path

from signalcli.config.features import EVERY_SET, FeatureConfig
from signalcli.features.catalogue import describe_features, min_history

TARGET = Path(__file__).parent / "features.md"
WINDOW = 2  # the sequence block repeats itself from lag to lag
REMARKS = {
    "alpha158": "157 of the 158: `VWAP0` needs the average price of a bar's trades, which bars do not hold.",
    "cross": "Reads all symbols of a date, so a large table is held in memory as a whole.",
}


def page() -> str:
    """The whole page."""
    head = "# Features\n\nWritten by `make docs` from `signalcli features --explain`"
    return f"{head}, here with `--window {WINDOW}`.\n" + "".join(_section(name) for name in EVERY_SET)


def _section(name: str) -> str:
    config = FeatureConfig(window=WINDOW, sets=(name,))
    rows = [f"| {' | '.join(_cell(v) for v in row.values())} |\n" for row in describe_features(config)]
    head = "| name | formula | look-back (bars) | unit | source |\n|---|---|---|---|---|\n"
    remark = f"{REMARKS[name]}\n\n" if name in REMARKS else ""
    first = f"\n## {name}\n\n{remark}The newest {min_history(config)} bars decide a row.\n\n"
    return f"{first}{head}{''.join(rows)}"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
