"""What a report says: sections of text, figures and tables, whatever they are written as."""
