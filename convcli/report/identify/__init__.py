"""What `identify` shows: a verdict in words, and its record."""
