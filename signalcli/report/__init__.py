"""What people read: text tables, figures, progress."""
