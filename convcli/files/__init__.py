"""Files: every byte that comes in or goes out, whatever it means."""
