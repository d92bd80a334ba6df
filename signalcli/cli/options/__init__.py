"""How the fields of a config become options of a verb."""
