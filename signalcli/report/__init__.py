"""Output for people: text tables, figures, progress bars."""
