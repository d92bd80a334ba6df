"""What a verb does around its fits: cache, cluster, models, rows that are left out, and searches."""
