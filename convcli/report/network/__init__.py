"""What `summary` shows: records and tables."""
