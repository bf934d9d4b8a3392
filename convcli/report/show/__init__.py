"""What `show` says: its record."""
