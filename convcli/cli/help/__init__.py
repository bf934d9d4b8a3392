"""Help: groups of options, topics, the man page, completion."""
