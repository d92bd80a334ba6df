"""Files as people bring them: packed, encoded, archives, workbooks, databases; recognized by content."""
