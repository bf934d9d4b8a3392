"""What `learn` shows: record, text and film."""
