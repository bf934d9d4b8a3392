"""What `explain` shows: record, text, figure and film."""
