"""Text for a terminal: tables and small charts."""
