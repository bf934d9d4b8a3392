"""What `summary` shows: the record of --json, and the tables."""
