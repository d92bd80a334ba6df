"""Which column is what: words in many languages, stacked and missing headers, advice."""
