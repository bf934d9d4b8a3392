"""What `verify` shows: record, table and panel."""
