"""What bars are like before a model sees them, and what models make of them: tables, one concept a file."""
