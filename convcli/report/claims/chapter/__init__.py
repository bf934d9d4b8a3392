"""The chapter's claims, a file a section."""
