"""The systems that signalcli grew from, each beside its published figure and a naive forecast."""
