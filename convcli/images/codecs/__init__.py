"""The codecs: one format a file, imported when such a file is read or written."""
