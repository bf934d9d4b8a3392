"""What `apply` says: its record, and words for stderr."""
