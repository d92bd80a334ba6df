"""Where bars come from: CSV files, Yahoo, and generators with a known answer."""
