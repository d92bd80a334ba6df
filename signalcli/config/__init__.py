"""Every setting with its default, help and bounds, as frozen dataclasses. Standard library only."""
