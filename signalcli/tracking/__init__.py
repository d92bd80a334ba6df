"""The ledger: every fit with its settings and hashes; a run done again."""
