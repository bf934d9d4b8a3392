"""Results become tables, JSON, terminal previews and drawings; nothing here computes a response."""
