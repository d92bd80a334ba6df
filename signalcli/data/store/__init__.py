"""Bars on disk: one file a symbol, written atomically, old vintages kept."""
