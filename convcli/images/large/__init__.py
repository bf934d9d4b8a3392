"""Pictures larger than memory: read and written by rows, a file a format."""
