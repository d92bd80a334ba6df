"""Whether an installation, its folders and its files can do their work, and what to do where they cannot."""
