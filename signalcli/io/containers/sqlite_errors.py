"""What reading or writing an SQLite file may raise."""

import sqlite3

SQLITE_ERRORS = (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError)
"""Python raises the last one where the message of SQLite quotes bytes of a damaged file."""
