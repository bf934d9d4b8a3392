"""What `equivariance` shows: record, tables, panel, heat map and film."""
