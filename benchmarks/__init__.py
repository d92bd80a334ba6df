"""Ours beside a yardstick in one run; results are ratios, because machines differ."""
