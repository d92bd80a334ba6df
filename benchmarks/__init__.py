"""Benchmarks: signalcli against a yardstick in the same run; results are ratios, because machines differ."""
